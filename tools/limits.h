// What playing may take: memory, events and time. A run that comes to the end of it is stopped, and
// what was played until then is reported as partial.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace tools {

// As the command line has them; empty is the default.
struct LimitsAsked {
    std::string memory;   // "2GiB"
    std::string events;   // a number
    std::string wall;     // "10min"
    std::string at_once;  // a number
};

struct Limits {
    std::uint64_t memory = 0;  // bytes resident; 0: what the system gives this process
    std::uint64_t events = ~std::uint64_t{0};  // of each run
    std::uint64_t events_at_once = 50'000'000;
    std::optional<std::chrono::nanoseconds> wall;  // of all that is played, from now on
    std::optional<std::chrono::steady_clock::time_point> ends{};  // then
};

// None after a complaint.
std::optional<Limits> limits_of(const LimitsAsked& asked);

// Bytes that this process can have: the least of the machine's, its cgroup's and its own limits.
std::uint64_t memory_available();

// Looks, now and then, at what playing has taken.
class LimitWatch {
public:
    explicit LimitWatch(const Limits& limits);

    // Why it must end now, in a sentence; empty: it may go on.
    std::string why_end() const;

private:
    std::uint64_t resident_;  // at most so many bytes
    std::uint64_t address_space_;
    bool is_asked_;
    std::optional<std::chrono::steady_clock::time_point> ends_;
    std::optional<std::chrono::nanoseconds> wall_;
};

// From now on an allocation that fails ends the program with a message and exit code 1, wherever it
// is: nothing that was written before is touched.
void end_when_out_of_memory();

}  // namespace tools
