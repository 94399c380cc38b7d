// What the module asks of whoever runs it, and nothing else: it has no clock, no chance and no
// files.
#pragma once

extern "C" {

// Why it ends, as UTF-8 that ends with 0: the next instruction is one that no module survives.
[[clang::import_module("page"), clang::import_name("ended")]] void playground_ended(
    const char* why);

// How far a run has come, from 0 to 1, and its events until then.
[[clang::import_module("page"), clang::import_name("progress")]] void playground_progress(
    double share, double events);

}  // extern "C"

namespace playground {

[[noreturn]] void end(const char* why);

// From now on an allocation that fails ends the module, wherever it is.
void end_when_out_of_memory();

}  // namespace playground
