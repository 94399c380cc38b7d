#include "tools/limits.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <limits>
#include <new>

#include "models/spec/json/problems.h"
#include "models/spec/units/units.h"
#include "reports/words/terminal.h"
#include "tools/command.h"

namespace tools {

namespace {

constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();
// Of what there is: lists double when they grow, and reports take room, too.
constexpr double kShareOfMemory = 0.8;
constexpr double kShareOfAddresses = 0.7;  // that are taken in large pieces

template <class Quantity>
bool read_quantity(const char* option, const std::string& text, const char* example,
                   Quantity& value) {
    const models::spec::Json json(text);
    models::spec::Problems problems;
    if (models::spec::parse_quantity(models::spec::Cursor(json, problems), value)) return true;
    complain(fmt::format("{} {}: {}\n    as in {}", option, reports::printable(text),
                         reports::printable(problems.sorted().front().message), example));
    return false;
}

bool read_count(const char* option, const std::string& text, std::uint64_t& value) {
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, value);
    if (error == std::errc{} && end == last && value > 0) return true;
    complain(
        fmt::format("{} {}: expected a whole number from 1 on", option, reports::printable(text)));
    return false;
}

// The number in a file; no limit when it has none ("max"), or is not there.
std::uint64_t limit_in(const std::string& file) {
    std::ifstream in(file);
    std::uint64_t number = 0;
    return in >> number ? number : kNoLimit;
}

// Of every group that this process is in, from the inside out (cgroup v2, then v1).
std::uint64_t cgroup_limit() {
    std::uint64_t least = limit_in("/sys/fs/cgroup/memory.max");
    least = std::min(least, limit_in("/sys/fs/cgroup/memory/memory.limit_in_bytes"));
    std::ifstream groups("/proc/self/cgroup");
    for (std::string line; std::getline(groups, line);) {
        if (!line.starts_with("0::/")) continue;
        for (std::string group = line.substr(3); group.size() > 1;
             group = group.substr(0, group.rfind('/'))) {
            least = std::min(least, limit_in("/sys/fs/cgroup" + group + "/memory.max"));
        }
    }
    return least;
}

std::uint64_t own_limit(int resource) {
    rlimit limit{};
    if (getrlimit(static_cast<__rlimit_resource_t>(resource), &limit) != 0) return kNoLimit;
    return limit.rlim_cur == RLIM_INFINITY ? kNoLimit : limit.rlim_cur;
}

std::uint64_t share(double of, std::uint64_t all) {
    return all == kNoLimit ? kNoLimit : static_cast<std::uint64_t>(of * static_cast<double>(all));
}

struct Taken {
    std::uint64_t addresses = 0;
    std::uint64_t resident = 0;
};

// /proc/self/statm, in pages; without memory of its own.
Taken taken() {
    char text[128] = {};
    const int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (file < 0) return {};
    const ssize_t bytes = ::read(file, text, sizeof text - 1);
    close(file);
    if (bytes <= 0) return {};
    char* rest = nullptr;
    const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    const std::uint64_t addresses = std::strtoull(text, &rest, 10) * page;
    return {addresses, std::strtoull(rest, nullptr, 10) * page};
}

[[noreturn]] void end_without_memory() {
    constexpr const char* kWords = "spate: out of memory; nothing was written\n";
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, kWords, std::strlen(kWords));
    _exit(kFailed);
}

// Models run in coroutines, which no exception may leave.
[[noreturn]] void end_by_exception() {
    try {
        if (const std::exception_ptr why = std::current_exception()) std::rethrow_exception(why);
    } catch (const std::bad_alloc&) {
        end_without_memory();
    } catch (...) {
    }
    std::abort();
}

}  // namespace

std::optional<Limits> limits_of(const LimitsAsked& asked) {
    Limits limits;
    bool is_well = true;
    if (!asked.memory.empty()) {
        sim::Bytes bytes{};
        is_well = read_quantity("--max-memory", asked.memory, "2GiB", bytes);
        limits.memory = static_cast<std::uint64_t>(bytes.count);
        if (is_well && limits.memory == 0) {
            complain("--max-memory 0B: nothing can be played without memory");
            is_well = false;
        }
    }
    if (!asked.wall.empty()) {
        sim::Duration wall{};
        is_well = read_quantity("--max-wall", asked.wall, "10min", wall) && is_well;
        limits.wall = wall;
        limits.ends = std::chrono::steady_clock::now() +
                      std::chrono::duration_cast<std::chrono::steady_clock::duration>(wall);
    }
    if (!asked.events.empty()) {
        is_well = read_count("--max-events", asked.events, limits.events) && is_well;
    }
    if (!asked.at_once.empty()) {
        is_well =
            read_count("--max-events-at-once", asked.at_once, limits.events_at_once) && is_well;
    }
    return is_well ? std::optional(limits) : std::nullopt;
}

std::uint64_t memory_available() {
    const std::uint64_t machine = static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) *
                                  static_cast<std::uint64_t>(sysconf(_SC_PAGE_SIZE));
    return std::min({machine, cgroup_limit(), own_limit(RLIMIT_AS), own_limit(RLIMIT_DATA)});
}

LimitWatch::LimitWatch(const Limits& limits)
    : resident_(limits.memory > 0 ? limits.memory : share(kShareOfMemory, memory_available())),
      address_space_(share(kShareOfAddresses, own_limit(RLIMIT_AS))),
      is_asked_(limits.memory > 0),
      ends_(limits.ends),
      wall_(limits.wall) {}

std::string LimitWatch::why_end() const {
    if (ends_ && std::chrono::steady_clock::now() >= *ends_) {
        return fmt::format("it took longer than --max-wall {}",
                           models::spec::text_of(sim::Duration(*wall_)));
    }
    const Taken now = taken();
    if (now.resident >= resident_ || now.addresses >= address_space_) {
        return fmt::format(
            "out of memory: {:.3g} GB are in use, and {}", now.resident / 1e9,
            is_asked_ ? fmt::format("--max-memory is {:.3g} GB", resident_ / 1e9)
                      : fmt::format("this process may have {:.3g} GB", memory_available() / 1e9));
    }
    return {};
}

void end_when_out_of_memory() {
    std::set_new_handler(end_without_memory);
    std::set_terminate(end_by_exception);
}

}  // namespace tools
