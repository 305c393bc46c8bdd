#!/usr/bin/env bash
# compile_alone.sh SOURCE_ROOT GENERATED: each header in a translation unit of its own, checked for
# syntax and meaning only. Prints what fails; CXX names the compiler.
set -euo pipefail
cd "$1"
generated=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

export flags="-std=c++20 -fsyntax-only -Wall -Wextra -Wpedantic -Wshadow -Werror
    -DBOOST_ASIO_SEPARATE_COMPILATION -DBOOST_ASIO_NO_DEPRECATED -DBOOST_JSON_NO_LIB
    -DPEYK_VERSION=0"
export CXX=${CXX:-g++}

alone() {
    local includes=$1 header=$2
    # shellcheck disable=SC2086
    printf '#include "%s"\n' "$header" | $CXX $flags $includes -x c++ - >"$3" 2>&1 && rm -f "$3"
}
export -f alone

# each INCLUDE_FLAGS: reads header names, compiles them on every core, keeps a log per failure.
each() {
    xargs -P "$(nproc)" -I{} bash -c \
        'log=$(mktemp -p "$3"); alone "$1" "$2" "$log" || { echo "does not compile alone: $2"; exit 1; }' \
        alone "$1" {} "$scratch"
}

public() {
    local folder=$1
    [ -d "$folder" ] && (cd "$folder" && find peyk -name '*.hpp' | sort)
}

failed=0
count=0
# A check that cannot fail proves nothing: a header which needs another one must be refused.
echo 'inline std::string needs_string();' >"$scratch/broken.hpp"
if alone "-I$scratch" broken.hpp "$scratch/broken.log"; then
    echo "a broken header was accepted"
    failed=1
fi
rm -f "$scratch"/broken.*

if headers=$(public client/include) && [ -n "$headers" ]; then
    each "-Iclient/include" <<<"$headers" || failed=1
    count=$((count + $(wc -l <<<"$headers")))
fi
if headers=$(public worker/include) && [ -n "$headers" ]; then
    each "-Iclient/include -Iworker/include" <<<"$headers" || failed=1
    count=$((count + $(wc -l <<<"$headers")))
fi
inner=$(find broker proto client/src worker/src worker/program -name '*.hpp' | sort)
each "-I. -isystem $generated -Iclient/include -Iworker/include" <<<"$inner" || failed=1
count=$((count + $(wc -l <<<"$inner")))

find "$scratch" -type f -size +0 -exec head -n 20 {} +
echo "$count headers"
[ "$count" -ge 30 ] || { echo "fewer headers than there should be"; failed=1; }
exit "$failed"
