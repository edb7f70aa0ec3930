# How every target of the tree is built. One place for flags, precompiled headers, warnings and test registration.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
add_compile_options(-fPIC)  # the static libraries end in one shared one; programs too: with -fPIE they could not use the precompiled header
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(ROLLOVER_SANITIZE "" CACHE STRING "Sanitizers, for instance address,undefined")
if(ROLLOVER_SANITIZE)
    # What the sanitized tests spend their time in; everything else is compiled in half the time without.
    set(ROLLOVER_BUSY rollover_placement rollover_platform rollover_console rollover_sim_device)
endif()

# A third of the time of a clean build, and more to do after each change. What stands in anonymous namespaces of one
# library or program has names of its own for it, as for the lint.
option(ROLLOVER_UNITY "Compile several files of a library or program as one" OFF)

find_program(ROLLOVER_CCACHE ccache)
if(ROLLOVER_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${ROLLOVER_CCACHE})
    if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
        add_compile_options(-Xclang -fno-pch-timestamp)  # else ccache never hits with a precompiled header
    endif()
endif()
find_program(ROLLOVER_MOLD mold)
if(ROLLOVER_MOLD)
    add_link_options(-fuse-ld=mold)
endif()
set_property(GLOBAL PROPERTY JOB_POOLS link=1)
set(CMAKE_JOB_POOL_LINK link)

add_compile_options(-pthread)  # re2 asks for it, and all users of one precompiled header need the same flags
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(fmt REQUIRED)
find_package(pugixml REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(LIBSSH REQUIRED IMPORTED_TARGET libssh)
pkg_check_modules(LIBSYSTEMD REQUIRED IMPORTED_TARGET libsystemd)
find_package(SQLite3 REQUIRED)
pkg_check_modules(LIBPQ REQUIRED IMPORTED_TARGET libpq)
find_package(date REQUIRED)
find_package(prometheus-cpp REQUIRED)

add_library(rollover_settings INTERFACE)
target_include_directories(rollover_settings INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
target_compile_options(
    rollover_settings INTERFACE $<BUILD_INTERFACE:-Wall;-Wextra;-Wpedantic;-Wconversion;-Wshadow;-Wnon-virtual-dtor;-Woverloaded-virtual>)
target_compile_definitions(
    rollover_settings INTERFACE BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_HAS_CO_AWAIT=1
                                BOOST_ASIO_HAS_STD_COROUTINE=1)
target_link_libraries(rollover_settings INTERFACE Boost::headers fmt::fmt Threads::Threads)
if(ROLLOVER_UNITY)  # of GCC these two are about single files; Clang's look at shadows is the same
    target_compile_options(rollover_settings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-shadow;-Wno-subobject-linkage>)
endif()
if(ROLLOVER_SANITIZE)
    target_compile_options(rollover_settings INTERFACE -fsanitize=${ROLLOVER_SANITIZE} -fno-sanitize-recover=all
                                                       -fno-omit-frame-pointer)
    target_link_options(rollover_settings INTERFACE -fsanitize=${ROLLOVER_SANITIZE})
    target_compile_definitions(rollover_settings INTERFACE _GLIBCXX_ASSERTIONS)
endif()

if(ROLLOVER_FUZZ)
    # Without it libFuzzer sees no coverage and only throws dice.
    target_compile_options(rollover_settings INTERFACE -fsanitize=fuzzer-no-link)
endif()

set(ROLLOVER_PRECOMPILED
    <algorithm> <boost/asio/any_io_executor.hpp> <boost/asio/as_tuple.hpp> <boost/asio/awaitable.hpp>
    <boost/asio/use_awaitable.hpp> <boost/system/result.hpp> <chrono> <filesystem> <fmt/format.h> <functional> <map>
    <memory> <optional> <span> <string> <string_view> <variant> <vector>)

# One precompiled header serves every library: same flags everywhere, so it is built once.
function(rollover_precompile target)
    if(${target} IN_LIST ROLLOVER_BUSY)
        target_compile_options(${target} PRIVATE -O1)
        target_precompile_headers(${target} PRIVATE ${ROLLOVER_PRECOMPILED})
    else()
        target_precompile_headers(${target} REUSE_FROM rollover_pch)
    endif()
endfunction()

# Tests have another one, with GoogleTest in it, and little optimization: most of their text runs once.
function(rollover_precompile_test target)
    if(CMAKE_BUILD_TYPE STREQUAL "Release")
        target_compile_options(${target} PRIVATE -O1)
    endif()
    if(${target} STREQUAL "rollover_test_pch")
        target_precompile_headers(${target} PRIVATE <gmock/gmock.h> <gtest/gtest.h> ${ROLLOVER_PRECOMPILED})
    else()
        target_precompile_headers(${target} REUSE_FROM rollover_test_pch)
    endif()
endfunction()

function(rollover_unity target)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ${ROLLOVER_UNITY} UNITY_BUILD_BATCH_SIZE 8)
endfunction()

# rollover_library(NAME SOURCES... [LINK libraries...]): a static library rollover_NAME.
function(rollover_library name)
    cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
    add_library(rollover_${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
    target_link_libraries(rollover_${name} PUBLIC rollover_settings ${ARG_LINK})
    rollover_precompile(rollover_${name})
    rollover_unity(rollover_${name})
endfunction()

# What ctest -L unit runs.
add_custom_target(unit_tests)

# rollover_test(NAME SOURCES... [LINK libraries...] [LABEL label]): a GoogleTest program, registered as one ctest test.
function(rollover_test name)
    cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "LINK" ${ARGN})
    add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
    target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gmock GTest::gtest_main)
    rollover_precompile_test(${name})
    rollover_unity(${name})
    add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    if(NOT ARG_LABEL)
        set(ARG_LABEL unit)
    endif()
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 900)
    endif()
    set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT})
    if(ARG_LABEL STREQUAL "unit")
        add_dependencies(unit_tests ${name})
    endif()
endfunction()

# What ./dev fuzz runs.
if(ROLLOVER_FUZZ)
    add_custom_target(fuzz_targets)
endif()

# rollover_fuzz(NAME SOURCES... [LINK libraries...]): a libFuzzer target; its corpus is tests/fuzz/NAME/corpus.
function(rollover_fuzz name)
    if(NOT ROLLOVER_FUZZ)
        return()
    endif()
    cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
    add_executable(fuzz_${name} ${ARG_UNPARSED_ARGUMENTS})
    target_link_libraries(fuzz_${name} PRIVATE ${ARG_LINK})
    rollover_precompile(fuzz_${name})
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzz_targets fuzz_${name})
endfunction()

# rollover_bench(NAME SOURCES... [LINK libraries...]): a benchmark program, run by ./dev bench, never by ctest.
function(rollover_bench name)
    cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
    add_executable(bench_${name} ${ARG_UNPARSED_ARGUMENTS})
    target_link_libraries(bench_${name} PRIVATE ${ARG_LINK})
    rollover_precompile(bench_${name})
    set_property(GLOBAL APPEND PROPERTY ROLLOVER_BENCHES bench_${name})
endfunction()
