#include "tools/ranks.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "reports/words/terminal.h"

namespace tools {

namespace {

namespace fs = std::filesystem;

// How many OpenMPI's mpirun has started.
int started_together() {
    const char* const size = std::getenv("OMPI_COMM_WORLD_SIZE");
    return size == nullptr ? 1 : std::atoi(size);
}

// Beside the program where it was built, or where it is installed.
fs::path module_path() {
    constexpr const char* kModule = "spate_mpi.so";
    std::error_code error;
    const fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
    fs::path own = folder / kModule;
    if (fs::exists(own, error)) return own;
    return (folder / "../lib/spate" / kModule).lexically_normal();
}

}  // namespace

// Loaded only then: it costs a program that is started alone nothing.
std::unique_ptr<Ranks> ranks_here(std::string& problem) {
    if (started_together() < 2) return nullptr;
    const fs::path path = module_path();
    // Its own symbols are for it alone; OpenMPI's components look for theirs among everybody's.
    void* const module = dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);
    void* const made = module == nullptr ? nullptr : dlsym(module, "spate_ranks");
    if (made != nullptr) {
        return std::unique_ptr<Ranks>(reinterpret_cast<Ranks* (*)()>(made)());
    }
    problem += fmt::format(
        "spate: it was started as {} processes that play together, and cannot: {}\n"
        "    it needs a build where libboost-mpi-dev and libopenmpi-dev are installed\n",
        started_together(), reports::printable(dlerror()));
    return nullptr;
}

}  // namespace tools
