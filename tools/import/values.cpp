#include "tools/import/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace tools::imports {

namespace {

namespace spec = models::spec;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_host_character(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.';
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The number that a text begins with, and what follows it.
std::optional<std::pair<double, std::string>> measure(const std::string& text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || !std::isfinite(value) || value < 0) return std::nullopt;
    return std::pair(value, std::string(end, text.data() + text.size()));
}

constexpr auto kSizeUnits = std::to_array<std::string_view>({"B", "KiB", "MiB", "GiB", "TiB"});

constexpr double kLargestSize = 1e15;

std::optional<std::string> size_of(const std::string& text, std::string_view letters,
                                   double thousand) {
    const auto found = measure(text);
    if (!found) return std::nullopt;
    std::string unit = found->second;
    double factor = thousand;
    if (unit.ends_with('i')) {
        factor = 1024;
        unit.pop_back();
    }
    double bytes = found->first;
    if (!unit.empty()) {
        const std::size_t power = letters.find(unit);
        if (unit.size() != 1 || power == std::string_view::npos) return std::nullopt;
        bytes *= std::pow(factor, static_cast<double>(power + 1));
    }
    bytes = std::round(bytes);
    if (bytes < 1 || bytes > kLargestSize) return std::nullopt;
    return size_text(bytes);
}

std::string host_of(std::string_view authority) {
    const std::size_t user = authority.rfind('@');
    if (user != std::string_view::npos) authority.remove_prefix(user + 1);
    return std::string(authority.substr(0, authority.find(':')));
}

// A host and a port.
bool is_address(std::string_view word) {
    const std::size_t colon = word.find(':');
    if (colon == 0 || colon == std::string_view::npos || colon + 1 >= word.size()) return false;
    const auto port = word.substr(colon + 1);
    return std::ranges::all_of(word.substr(0, colon), is_host_character) &&
           std::ranges::all_of(port.substr(0, port.find('/')), is_digit);
}

void add_hosts_of_url(std::string_view rest, std::vector<std::string>& hosts) {
    std::string_view authority = rest.substr(0, rest.find_first_of("/?#;\"' "));
    const std::size_t user = authority.rfind('@');
    if (user != std::string_view::npos) authority.remove_prefix(user + 1);
    while (!authority.empty()) {
        const std::size_t comma = authority.find(',');
        hosts.push_back(host_of(authority.substr(0, comma)));
        if (comma == std::string_view::npos) return;
        authority.remove_prefix(comma + 1);
    }
}

}  // namespace

std::string text_of(const spec::Json* json) {
    return json != nullptr && json->text() != nullptr ? *json->text() : std::string();
}

std::string text_at(const spec::Json& object, std::string_view name) {
    return text_of(object.find(name));
}

std::optional<double> number_of(const std::string& text) {
    const auto found = measure(text);
    if (!found || !found->second.empty()) return std::nullopt;
    return found->first;
}

std::optional<double> cores_of(const std::string& text) {
    const auto found = measure(text);
    if (!found || (!found->second.empty() && found->second != "m")) return std::nullopt;
    const double cores = found->second == "m" ? found->first / 1000 : found->first;
    if (cores <= 0 || cores > 1024) return std::nullopt;
    return cores;
}

std::optional<std::string> kubernetes_size(const std::string& text) {
    std::string lowered = text;
    if (lowered.ends_with('K')) lowered.back() = 'k';
    if (lowered.ends_with("Ki")) lowered[lowered.size() - 2] = 'k';
    return size_of(lowered, "kMGTP", 1000);
}

std::optional<std::string> compose_size(const std::string& text) {
    std::string lowered = text;
    std::ranges::transform(lowered, lowered.begin(), lower);
    if (lowered.ends_with('b')) lowered.pop_back();
    if (lowered.ends_with('i')) lowered.pop_back();
    return size_of(lowered, "kmgtp", 1024);
}

std::optional<double> bytes_of(const std::string& size) {
    const auto found = measure(size);
    if (!found) return std::nullopt;
    const auto* const unit = std::ranges::find(kSizeUnits, std::string_view(found->second));
    if (unit == kSizeUnits.end()) return std::nullopt;
    return found->first * std::pow(1024, unit - kSizeUnits.begin());
}

std::string size_text(double bytes) {
    std::size_t unit = 0;
    while (unit + 1 < kSizeUnits.size() && bytes >= 1024 && std::fmod(bytes, 1024) == 0) {
        bytes /= 1024;
        ++unit;
    }
    return fmt::format("{:.0f}{}", bytes, kSizeUnits[unit]);
}

std::optional<std::string> duration_text(const std::string& text) {
    static constexpr auto kUnits = std::to_array<std::pair<std::string_view, double>>(
        {{"", 1}, {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}, {"s", 1}, {"m", 60}, {"h", 3600}});
    double seconds = 0;
    std::string rest = text;
    do {
        const auto found = measure(rest);
        if (!found) return std::nullopt;
        const std::size_t length =
            std::min(found->second.find_first_of("0123456789."), found->second.size());
        const std::string unit = found->second.substr(0, length);
        const auto known = std::ranges::find(kUnits, std::string_view(unit),
                                             &std::pair<std::string_view, double>::first);
        if (known == kUnits.end()) return std::nullopt;
        seconds += found->first * known->second;
        rest = found->second.substr(length);
    } while (!rest.empty());
    if (seconds > 1e7) return std::nullopt;
    if (seconds == std::floor(seconds)) return fmt::format("{:.0f}s", seconds);
    return fmt::format("{}ms", std::round(seconds * 1e6) / 1e3);
}

std::string node_name(const std::string& name) {
    std::string result;
    for (const char each : name) {
        const bool is_kept = is_host_character(each) && each != '-' && each != '.';
        result += is_kept ? each : '_';
    }
    if (result.empty() || is_digit(result.front())) result.insert(0, "n");
    return result;
}

std::vector<std::string> hosts_in(const std::string& text, bool is_host) {
    std::vector<std::string> hosts;
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t length = std::min(rest.find_first_of(", ;=\t\n"), rest.size());
        const std::size_t url = rest.find("://");
        if (url < length) {
            add_hosts_of_url(rest.substr(url + 3), hosts);
            const std::size_t end = rest.find_first_of("/?#;\"' ", url + 3);
            rest.remove_prefix(std::min(end, rest.size()));
        } else if (is_address(rest.substr(0, length))) {
            hosts.push_back(host_of(rest.substr(0, length)));
            rest.remove_prefix(length);
        } else {
            rest.remove_prefix(length);
        }
        // What parts them, or a path behind an address.
        if (!rest.empty() && rest.front() == '/') {
            rest.remove_prefix(std::min(rest.find_first_of(", ;\t\n"), rest.size()));
        }
        if (!rest.empty()) rest.remove_prefix(1);
    }
    if (is_host && hosts.empty() && std::ranges::all_of(text, is_host_character)) {
        hosts.push_back(text);
    }
    return hosts;
}

bool names_host(std::string_view variable) {
    static constexpr auto kWords = std::to_array<std::string_view>(
        {"HOST", "HOSTS", "HOSTNAME", "ADDR", "ADDRESS", "URL", "URI", "SERVER", "SERVERS",
         "SERVICE", "ENDPOINT", "BROKER", "BROKERS", "NODES", "UPSTREAM"});
    std::string upper(variable);
    std::ranges::transform(upper, upper.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return std::ranges::any_of(kWords, [&](std::string_view word) {
        if (!upper.ends_with(word)) return false;
        const std::size_t before = upper.size() - word.size();
        return before == 0 || upper[before - 1] == '_' || upper[before - 1] == '-' ||
               upper[before - 1] == '.';
    });
}

}  // namespace tools::imports
