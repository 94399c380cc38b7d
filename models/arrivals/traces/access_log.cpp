#include "models/arrivals/traces/access_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/arrivals/traces/fields.h"
#include "models/calendar.h"
#include "sim/rng.h"

namespace models::traces {

namespace {

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace

std::optional<std::int64_t> log_time(std::string_view text) {
    const auto day = whole_number(take_until(text, '/'));
    const auto month = std::ranges::find(kMonths, take_until(text, '/'));
    const auto year = whole_number(take_until(text, ':'));
    const auto hour = whole_number(take_until(text, ':'));
    const auto minute = whole_number(take_until(text, ':'));
    const auto second = whole_number(take_until(text, ' '));
    const bool is_whole = day && month != kMonths.end() && year && hour && minute && second;
    if (!is_whole || *hour > 23 || *minute > 59 || *second > 60 || *year > 9999) {
        return std::nullopt;
    }
    const auto days = days_to(static_cast<std::int32_t>(*year),
                              static_cast<std::uint32_t>(month - kMonths.begin()) + 1,
                              static_cast<std::uint32_t>(*day));
    const bool has_zone = text.size() == 5 && (text[0] == '+' || text[0] == '-');
    const auto zone = has_zone ? whole_number(text.substr(1)) : std::nullopt;
    if (!days || !zone) return std::nullopt;
    const auto offset = static_cast<std::int64_t>(*zone / 100 * 3600 + *zone % 100 * 60);
    return *days * kDaySeconds + static_cast<std::int64_t>(*hour * 3600 + *minute * 60 + *second) +
           (text[0] == '+' ? -offset : offset);
}

bool method_writes(std::string_view method) {
    return method == "POST" || method == "PUT" || method == "PATCH" || method == "DELETE";
}

bool AccessLog::is_one(std::string_view first_line) {
    return first_line.find(" [") != std::string_view::npos &&
           first_line.find("] \"") != std::string_view::npos;
}

std::string AccessLog::read(std::string_view line, Trace& trace) {
    TracedRequest request;
    const std::string_view host = take_until(line, ' ');
    // Names and IPv6 addresses stand for themselves by a hash: the same host, the same number.
    request.address = ipv4(host).value_or(static_cast<std::uint32_t>(sim::name_hash(host)));
    take_until(line, '[');
    const auto at = log_time(take_until(line, ']'));
    if (!at) return "no time as in [16/Mar/2020:09:00:01 +0900]";
    take_until(line, '"');
    std::string_view what = take_until(line, '"');
    const std::string_view method = take_until(what, ' ');
    const std::string_view path = take_until(what, ' ');
    if (method.empty() || path.empty()) return "no request as in \"GET /path HTTP/1.1\"";
    if (!began_) began_ = *at;
    // Servers write a line when a request ends, so times can go back a little.
    const std::int64_t seconds = std::max<std::int64_t>(0, *at - *began_);
    if (seconds > 366 * kDaySeconds) return "more than 366 days after the first line";
    request.at = std::chrono::seconds(seconds);
    request.key = sim::name_hash(path);
    request.user = request.address;
    request.is_write = method_writes(method);
    trace.requests.push_back(request);
    trace.has_key = trace.has_user = trace.has_address = trace.has_write = true;
    return {};
}

}  // namespace models::traces
