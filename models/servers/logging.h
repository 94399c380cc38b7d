// What a server writes to its log for each request: lines of several levels, of which those at its
// level and above are written. They cost the disk's time, its room, and money where they are kept.
//
// As Logback does it: an appender writes while the request waits, or an AsyncAppender has a queue
// before it, and who finds that full waits for room in it, or drops the lines (neverBlock).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "models/spec/declaration/spec.h"

namespace models {

enum class LogLevel : std::uint8_t { off, error, warn, info, debug, trace };

constexpr auto names_of(LogLevel) {
    return std::array{spec::Word{"off", LogLevel::off, "No lines are written."},
                      spec::Word{"error", LogLevel::error, "Errors only."},
                      spec::Word{"warn", LogLevel::warn, "Errors and warnings."},
                      spec::Word{"info", LogLevel::info, "Also what happened (informational)."},
                      spec::Word{"debug", LogLevel::debug, "Also details for debugging."},
                      spec::Word{"trace", LogLevel::trace, "Also every single step."}};
}

struct LinesSpec {
    static constexpr std::string_view name = "lines";
    static constexpr std::string_view doc = "Lines of each level that a request makes, on average.";
    double error = 0.01;
    double warn = 0.05;
    double info = 3;
    double debug = 30;
    double trace = 300;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{param("error", &LinesSpec::error, between(0.0, 1e6),
                                "Lines of that level a request makes, on average."),
                          param("warn", &LinesSpec::warn, between(0.0, 1e6),
                                "Lines of that level a request makes, on average."),
                          param("info", &LinesSpec::info, between(0.0, 1e6),
                                "Lines of that level a request makes, on average."),
                          param("debug", &LinesSpec::debug, between(0.0, 1e6),
                                "Lines of that level a request makes, on average."),
                          param("trace", &LinesSpec::trace, between(0.0, 1e6),
                                "Lines of that level a request makes, on average.")};
    }
    double up_to(LogLevel level) const {
        const std::array each = {0.0, error, warn, info, debug, trace};
        double sum = 0;
        for (std::size_t i = 0; i <= static_cast<std::size_t>(level); ++i) sum += each[i];
        return sum;
    }
};

struct LoggingSpec {
    static constexpr std::string_view name = "logging";
    static constexpr std::string_view doc = "What is written to the log for each request.";
    LogLevel level = LogLevel::info;
    LinesSpec lines;
    sim::Bytes line{200};
    std::uint32_t queue_size = 0;
    bool never_block = false;
    sim::Duration retention{};
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("level", &LoggingSpec::level,
                  "Log level: lines of this level and above are written."),
            param("lines", &LoggingSpec::lines,
                  "Log lines a request makes of each level, on average."),
            param("line", &LoggingSpec::line, at_most(sim::Bytes{std::uint64_t{1} << 30U}),
                  "Size of a log line."),
            param("queue_size", &LoggingSpec::queue_size, at_most(100000000u),
                  "Asynchronous logging: lines that may wait for the disk while their requests go "
                  "on. With 0 (the default) a request waits until its lines are written."),
            param("never_block", &LoggingSpec::never_block,
                  "Whether lines that find the queue full are dropped (neverBlock). If not (the "
                  "default), their request waits."),
            param("retention", &LoggingSpec::retention, at_least(sim::Duration::zero()),
                  at_most(sim::Duration(std::chrono::hours(24 * 366 * 10))),
                  "How long log lines are stored, and storage is paid for. With 0s (the default) "
                  "they are not kept.")};
    }
    static constexpr auto gone() {
        return std::array{spec::Gone{
            "usd_per_gib",
            "prices are the scenario's: \"prices\": {\"items\": {\"log_bytes\": {\"usd\": 0.5}}}, "
            "for a GB"}};
    }
    // That a request writes.
    double lines_per_request() const { return lines.up_to(level); }
    double bytes_per_request() const {
        return lines_per_request() * static_cast<double>(line.count);
    }
};

}  // namespace models
