# peyk_add_module(name sources...): a shared library with tasks, lib<name>.so, which peyk-worker
# loads. It is compiled with the public headers and linked with nothing of Peyk: what it calls is in
# the program that loads it. Used here, and installed for those who find_package(peyk).
function(peyk_add_module name)
    add_library(${name} MODULE ${ARGN})
    target_link_libraries(${name} PRIVATE peyk::module)
endfunction()
