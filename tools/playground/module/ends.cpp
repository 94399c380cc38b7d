// How a module ends that cannot go on: with a message, after which the page starts a fresh one.
//
// It is compiled without landing pads, so nothing that is thrown is ever caught: to throw is to
// end.
#include <cxxabi.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <typeinfo>

#include "tools/playground/module/page.h"

namespace playground {

[[noreturn]] void end(const char* why) {
    playground_ended(why);
    __builtin_trap();
}

namespace {

[[noreturn]] void end_without_memory() {
    end("out of memory");
}

}  // namespace

void end_when_out_of_memory() {
    std::set_new_handler(end_without_memory);
}

}  // namespace playground

extern "C" {

void* __cxa_allocate_exception(std::size_t size) noexcept {
    return std::malloc(size);
}

void __cxa_throw(void* /*thrown*/, std::type_info* type, void (* /*destroy*/)(void*)) {
    int status = 0;
    const char* const name = abi::__cxa_demangle(type->name(), nullptr, nullptr, &status);
    playground::end(status == 0 ? name : type->name());
}

// A module has one thread, which never ends.
int __cxa_thread_atexit(void (* /*destroy*/)(void*), void* /*object*/, void* /*module*/) {
    return 0;
}

// What libc++ calls where it would throw, and ours where there is no memory for a call's record
// (sim/record.h).
void abort() {
    playground::end("out of memory (a module has 4 GiB), or thrown where nothing catches it");
}

}  // extern "C"
