#include "tools/epoch.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cmath>

#include "reports/words/terminal.h"
#include "tools/command.h"

namespace tools {

std::optional<double> epoch_of(const std::string& asked, const models::RunSpec& run) {
    if (asked.empty()) return static_cast<double>(run.starts.seconds);
    if (asked == "now") {
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        const double end_s = std::floor(std::chrono::duration<double>(now).count());
        return end_s - sim::seconds(run.warm_up + run.measure);
    }
    if (const auto time = models::calendar_time_of(asked)) {
        return static_cast<double>(time->seconds);
    }
    // Until the year 9999, beyond which nothing reads a date.
    constexpr double kLatest = 253402300800;
    double seconds = 0;
    const char* const end = asked.data() + asked.size();
    const auto [rest, error] = std::from_chars(asked.data(), end, seconds);
    if (error == std::errc() && rest == end && seconds >= 0 && seconds < kLatest) return seconds;
    complain(fmt::format(
        "--epoch {}: expected a date (\"2020-03-16 09:00\"), seconds since 1970, or now",
        reports::printable(asked)));
    return std::nullopt;
}

}  // namespace tools
