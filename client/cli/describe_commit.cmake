# cmake -DSOURCE=... -DPEYK_VERSION=... -DTEMPLATE=... -DOUTPUT=... -P describe_commit.cmake
# Without locks: a build must not get into the way of a commit.
execute_process(
    COMMAND git --no-optional-locks -C "${SOURCE}" describe --always --dirty --abbrev=12
    OUTPUT_VARIABLE PEYK_COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET
    RESULT_VARIABLE failed)
if(failed)
    set(PEYK_COMMIT "unknown")
endif()
configure_file("${TEMPLATE}" "${OUTPUT}" @ONLY)
