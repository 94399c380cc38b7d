#include "tools/import/access_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>
#include <utility>

#include "models/arrivals/traces/access_log.h"
#include "models/arrivals/traces/fields.h"
#include "tools/import/path_names.h"

namespace tools::imports {

namespace {

namespace traces = models::traces;

constexpr std::size_t kMostEndpoints = 30;
constexpr double kLongestLog = 365.0 * 86400;

// Up to a double quote that no backslash hides; the quote goes, too.
std::string_view take_quoted(std::string_view& text) {
    std::size_t end = 0;
    while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
    end = std::min(end, text.size());
    const std::string_view taken = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return taken;
}

std::optional<double> decimal_in(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_whole = error == std::errc() && end == text.data() + text.size();
    if (!is_whole || !(value >= 0 && value < 366.0 * 86400)) return std::nullopt;
    return value;
}

// What stands behind the sizes: words, those in quotes left out unless they have a name.
std::vector<std::string_view> words_of(std::string_view rest) {
    std::vector<std::string_view> words;
    while (!rest.empty()) {
        if (rest.front() == ' ') {
            rest.remove_prefix(1);
        } else if (rest.front() == '"') {
            rest.remove_prefix(1);
            take_quoted(rest);
        } else {
            words.push_back(traces::take_until(rest, ' '));
        }
    }
    return words;
}

struct LoggedTime {
    double seconds = 0;
    bool is_apache = false;
};

std::optional<LoggedTime> time_among(const std::vector<std::string_view>& words) {
    static constexpr std::array<std::string_view, 3> kNames = {
        "rt=", "request_time=", "request_time:"};
    for (std::string_view word : words) {
        for (const std::string_view name : kNames) {
            if (!word.starts_with(name)) continue;
            word.remove_prefix(name.size());
            if (word.size() >= 2 && word.front() == '"') word = word.substr(1, word.size() - 2);
            if (const auto seconds = decimal_in(word)) return LoggedTime{*seconds, false};
        }
    }
    for (const std::string_view word : words) {
        if (word.find('.') == std::string_view::npos) continue;
        if (const auto seconds = decimal_in(word)) return LoggedTime{*seconds, false};
    }
    if (words.empty()) return std::nullopt;
    const auto micros = traces::whole_number(words.back());
    if (!micros || *micros > 100'000'000'000) return std::nullopt;
    return LoggedTime{static_cast<double>(*micros) * 1e-6, true};
}

// Pictures, scripts and styles are one endpoint.
std::string endpoint_of(std::string_view method, std::string_view path) {
    static constexpr std::array<std::string_view, 12> kStatic = {
        ".css", ".js",  ".png",  ".jpg",   ".jpeg", ".gif",
        ".svg", ".ico", ".webp", ".woff2", ".woff", ".map"};
    const std::string_view plain = path.substr(0, path.find('?'));
    const bool is_static =
        std::ranges::any_of(kStatic, [&](std::string_view each) { return plain.ends_with(each); });
    if (is_static) return std::string(method) + " static files";
    return without_ids(std::string(method) + " " + std::string(path));
}

class AccessReader {
public:
    AccessReader(System& system, LoggedRequests& log) : system_(system), log_(log) {}

    void read(const std::string& file, const std::string& text) {
        const std::uint32_t source = system_.problems.add_data(file, text);
        const std::size_t before = log_.requests.size();
        std::string_view left = text;
        models::spec::SourceLocation wrong;
        std::size_t wrong_lines = 0;
        std::uint32_t number = 0;
        while (!left.empty()) {
            const auto offset = static_cast<std::uint32_t>(left.data() - text.data());
            const std::string_view line = traces::trimmed(traces::take_until(left, '\n'));
            ++number;
            if (line.empty() || line.starts_with('#')) continue;
            const models::spec::SourceLocation place{source, number, 1, offset};
            if (add(line)) {
                if (log_.requests.size() == 1) log_.place = place;
            } else if (wrong_lines++ == 0) {
                wrong = place;
            }
        }
        const std::size_t read = log_.requests.size() - before;
        if (wrong_lines > read) {
            system_.problems.add(
                {wrong,
                 {},
                 fmt::format("{} of {} lines are no requests", wrong_lines, wrong_lines + read),
                 "a line is as in 10.0.0.9 - - [16/Mar/2020:09:00:01 +0900] "
                 "\"GET /path HTTP/1.1\" 200 512"});
        } else if (wrong_lines > 0) {
            system_.leave_out(wrong, fmt::format("lines that are no requests ({})", wrong_lines),
                              "they have no time, or no method and path");
        }
        system_.read.push_back(fmt::format("{}: {} requests", file, read));
    }

    // From the first on; of very many endpoints the rarest are one.
    void finish() {
        if (log_.requests.empty()) return;
        const auto first = std::ranges::min_element(log_.requests, {}, &LoggedRequest::second);
        const double began = first->second;
        for (LoggedRequest& each : log_.requests) each.second -= began;
        std::ranges::stable_sort(log_.requests, {}, &LoggedRequest::second);
        leave_out_late();
        log_.users = static_cast<std::uint32_t>(users_.size());
        join_rare();
    }

private:
    bool add(std::string_view line) {
        LoggedRequest request;
        const std::string_view host = traces::take_until(line, ' ');
        traces::take_until(line, '[');
        const auto at = traces::log_time(traces::take_until(line, ']'));
        traces::take_until(line, '"');
        std::string_view what = take_quoted(line);
        const std::string_view method = traces::take_until(what, ' ');
        const std::string_view path = traces::take_until(what, ' ');
        const bool is_method = !method.empty() && std::ranges::all_of(method, [](char c) {
            return c >= 'A' && c <= 'Z';
        });
        if (!at || !is_method || path.empty()) return false;
        request.second = static_cast<double>(*at);
        request.endpoint = endpoint(method, path);
        request.user = users_.try_emplace(std::string(host), users_.size()).first->second;
        line = traces::trimmed(line);
        request.status = static_cast<std::uint32_t>(std::min<std::uint64_t>(
            traces::whole_number(traces::take_until(line, ' ')).value_or(0), 999));
        request.bytes = std::min<std::uint64_t>(
            traces::whole_number(traces::take_until(line, ' ')).value_or(0), 1ULL << 40U);
        if (const auto time = time_among(words_of(line))) {
            request.seconds = time->seconds;
            log_.is_apache_time = log_.is_apache_time || time->is_apache;
            ++log_.timed;
        }
        log_.requests.push_back(request);
        return true;
    }

    std::uint32_t endpoint(std::string_view method, std::string_view path) {
        std::string name = endpoint_of(method, path);
        const auto next = static_cast<std::uint32_t>(log_.endpoints.size());
        const auto [found, is_new] = endpoints_.try_emplace(std::move(name), next);
        if (is_new) log_.endpoints.push_back({found->first, traces::method_writes(method), 0});
        ++log_.endpoints[found->second].requests;
        return found->second;
    }

    // A run is at most as long.
    void leave_out_late() {
        const auto late = std::ranges::find_if(
            log_.requests, [](const LoggedRequest& each) { return each.second > kLongestLog; });
        const auto count = static_cast<std::size_t>(log_.requests.end() - late);
        if (count == 0) return;
        for (auto each = late; each != log_.requests.end(); ++each) {
            --log_.endpoints[each->endpoint].requests;
            if (each->seconds) --log_.timed;
        }
        log_.requests.erase(late, log_.requests.end());
        system_.leave_out(log_.place, fmt::format("late requests ({})", count),
                          "they came a year after the first, and no run is as long");
    }

    void join_rare() {
        if (log_.endpoints.size() <= kMostEndpoints) return;
        std::vector<std::uint32_t> order(log_.endpoints.size());
        for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
        std::ranges::stable_sort(order, std::greater<>(),
                                 [&](std::uint32_t i) { return log_.endpoints[i].requests; });
        std::vector<std::uint32_t> becomes(order.size(), kMostEndpoints - 1);
        std::vector<LoggedEndpoint> kept;
        LoggedEndpoint other{"other", false, 0};
        for (std::uint32_t i = 0; i < order.size(); ++i) {
            const LoggedEndpoint& each = log_.endpoints[order[i]];
            if (i + 1 < kMostEndpoints) {
                becomes[order[i]] = i;
                kept.push_back(each);
            } else {
                other.requests += each.requests;
            }
        }
        system_.leave_out(
            log_.place, fmt::format("{} rare endpoints", order.size() - kept.size()),
            fmt::format("their {} requests are those of one, \"other\"", other.requests));
        kept.push_back(std::move(other));
        log_.endpoints = std::move(kept);
        for (LoggedRequest& each : log_.requests) each.endpoint = becomes[each.endpoint];
    }

    System& system_;
    LoggedRequests& log_;
    std::map<std::string, std::uint32_t> endpoints_;
    std::map<std::string, std::uint32_t> users_;
};

}  // namespace

bool looks_like_access_log(const std::string& text) {
    std::string_view left = text;
    while (!left.empty()) {
        const std::string_view line = traces::trimmed(traces::take_until(left, '\n'));
        if (line.empty() || line.starts_with('#')) continue;
        return line.front() != '{' && line.front() != '[' && traces::AccessLog::is_one(line);
    }
    return false;
}

void read_access_logs(const std::vector<LogFile>& files, System& system, LoggedRequests& log) {
    AccessReader reader(system, log);
    for (const LogFile& each : files) reader.read(each.name, each.text);
    reader.finish();
}

}  // namespace tools::imports
