#pragma once
// Tasks as a shared library, which the program peyk-worker loads: `peyk-worker -A ./libtasks.so`.
//
//     #include <peyk/module.hpp>
//     int add(int a, int b) { return a + b; }
//     PEYK_TASKS(app) {
//         app.task("tasks.add", add, {.args = {"a", "b"}});
//     }
//
// It is built with peyk_add_module(name sources...) and does not link Peyk: what it calls is in the
// program that loads it, which has to be of the same version, built with the same compiler and the
// same Boost. Once in a library.

#include <peyk/app.hpp>

#include <boost/config.hpp>
#include <boost/version.hpp>

#ifndef PEYK_VERSION
#error "build modules with peyk_add_module(); it says for which version they are"
#endif

#define PEYK_MODULE_TEXT_OF(value) #value
#define PEYK_MODULE_TEXT(value) PEYK_MODULE_TEXT_OF(value)

// What module and program have to have in common.
#define PEYK_MODULE_FOR                                                                            \
    "peyk " PEYK_VERSION ", " BOOST_STDLIB ", Boost " BOOST_LIB_VERSION                            \
    ", C++ " PEYK_MODULE_TEXT(__cplusplus) ", ABI " PEYK_MODULE_TEXT(__GXX_ABI_VERSION)

#define PEYK_TASKS(name)                                                                           \
    extern "C" __attribute__((visibility("default"))) char const peyk_module_for[];                \
    char const peyk_module_for[] = PEYK_MODULE_FOR;                                                \
    extern "C" __attribute__((visibility("default"))) void peyk_register(::peyk::app& name)
