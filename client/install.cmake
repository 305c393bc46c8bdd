# What `cmake --install` puts where: the programs with their manual page, the two libraries with
# their headers and package files, the sample configuration and the systemd units. Included once,
# from the root.
include(CMakePackageConfigHelpers)

set(PEYK_PACKAGE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/peyk")

# The libraries a user links, and those they are made of. Their names lose the prefix: peyk::client.
set(peyk_libraries peyk_client peyk_worker peyk_module peyk_asio peyk_frame_codec peyk_proto_pool
    peyk_proto_wire)
foreach(library IN LISTS peyk_libraries)
    string(REGEX REPLACE "^peyk_" "" short "${library}")
    set_target_properties(${library} PROPERTIES EXPORT_NAME ${short})
endforeach()

install(TARGETS ${peyk_libraries} EXPORT peykTargets
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
    INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT peykTargets NAMESPACE peyk:: DESTINATION "${PEYK_PACKAGE_DIR}")
foreach(part client worker)
    install(DIRECTORY "${PROJECT_SOURCE_DIR}/${part}/include/peyk"
        DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" FILES_MATCHING PATTERN "*.hpp")
endforeach()

configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/peykConfig.cmake.in"
    "${PROJECT_BINARY_DIR}/peykConfig.cmake" INSTALL_DESTINATION "${PEYK_PACKAGE_DIR}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/peykConfigVersion.cmake"
    COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/peykConfig.cmake" "${PROJECT_BINARY_DIR}/peykConfigVersion.cmake"
        "${PROJECT_SOURCE_DIR}/worker/peyk_module.cmake"
    DESTINATION "${PEYK_PACKAGE_DIR}")

install(TARGETS peyk_cli peyk_worker_cli peyk-broker RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(FILES "${PROJECT_SOURCE_DIR}/config/broker.yaml" "${PROJECT_SOURCE_DIR}/config/worker.yaml"
    DESTINATION "${CMAKE_INSTALL_SYSCONFDIR}/peyk")

# The manual page, and what shells complete by.
set(documents "${PROJECT_BINARY_DIR}/client/cli/documents")
install(FILES "${documents}/peyk.1" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
install(FILES "${documents}/peyk" DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions")
install(FILES "${documents}/_peyk" DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions")
install(FILES "${documents}/peyk.fish" DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")

# The units name the paths of a system package; another prefix gets its own.
foreach(unit peyk-broker.service peyk-worker@.service)
    file(READ "${PROJECT_SOURCE_DIR}/config/${unit}" text)
    string(REPLACE "/usr/bin/" "${CMAKE_INSTALL_FULL_BINDIR}/" text "${text}")
    string(REPLACE "/etc/peyk/" "${CMAKE_INSTALL_FULL_SYSCONFDIR}/peyk/" text "${text}")
    file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/config/${unit}" CONTENT "${text}" @ONLY)
    install(FILES "${PROJECT_BINARY_DIR}/config/${unit}" DESTINATION lib/systemd/system)
endforeach()
