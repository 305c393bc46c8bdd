# cmake -DBUILD=.. -DCONSUMER=.. -DSCRATCH=.. -DGENERATOR=.. -DCOMPILER=.. -DSANITIZE=.. -DREADME=.. -P this
file(REMOVE_RECURSE "${SCRATCH}")

function(run)
    execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

set(flags "")
if(SANITIZE)
    set(flags "-fsanitize=${SANITIZE}")
endif()

# The programs in README.md are programs: each ```cpp block has to compile and link as it stands.
file(MAKE_DIRECTORY "${SCRATCH}/readme")
run(awk -v "to=${SCRATCH}/readme/program_" -f "${CMAKE_CURRENT_LIST_DIR}/readme_programs.awk"
    "${README}")
file(GLOB programs "${SCRATCH}/readme/*.cpp")
list(LENGTH programs count)
if(NOT count EQUAL 2)
    message(FATAL_ERROR "README.md has ${count} programs; there should be a worker and a caller")
endif()

string(REPLACE ";" "\\;" program_list "${programs}")
run("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${SCRATCH}/prefix")
run("${CMAKE_COMMAND}" -S "${CONSUMER}" -B "${SCRATCH}/build" -G "${GENERATOR}"
    "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DCMAKE_CXX_FLAGS=${flags}"
    "-DCMAKE_PREFIX_PATH=${SCRATCH}/prefix" "-DREADME_PROGRAMS=${program_list}")
run("${CMAKE_COMMAND}" --build "${SCRATCH}/build")
run("${SCRATCH}/build/consumer")

# The installed worker runs the tasks of the library.
execute_process(COMMAND "${SCRATCH}/prefix/bin/peyk" worker -A "${SCRATCH}/build/libconsumer_tasks.so" tasks
    OUTPUT_VARIABLE tasks COMMAND_ERROR_IS_FATAL ANY)
if(NOT tasks MATCHES "consumer.add")
    message(FATAL_ERROR "the module's tasks are: ${tasks}")
endif()

# The programs and their configuration are there and start.
run("${SCRATCH}/prefix/bin/peyk" --help)
run("${SCRATCH}/prefix/bin/peyk-broker" --help)
foreach(file etc/peyk/broker.yaml etc/peyk/worker.yaml lib/systemd/system/peyk-broker.service
        share/man/man1/peyk.1 share/bash-completion/completions/peyk)
    if(NOT EXISTS "${SCRATCH}/prefix/${file}")
        message(FATAL_ERROR "not installed: ${file}")
    endif()
endforeach()

# Nothing of ours may reach into the source or build tree once installed.
file(GLOB_RECURSE packaged "${SCRATCH}/prefix/lib*/cmake/*.cmake")
foreach(file IN LISTS packaged)
    file(READ "${file}" text)
    foreach(leak "${BUILD}" peyk_options)
        string(FIND "${text}" "${leak}" at)
        if(NOT at EQUAL -1)
            message(FATAL_ERROR "${file} mentions ${leak}")
        endif()
    endforeach()
endforeach()
file(REMOVE_RECURSE "${SCRATCH}")
