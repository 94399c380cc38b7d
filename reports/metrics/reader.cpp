// Reads metrics.om back, for what is made of a run after it was played.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "reports/metrics/metrics.h"

namespace reports {

namespace {

struct SampleLine {
    std::string_view name;
    std::string_view labels;  // within the braces
    double value;
    double time_s;
};

// The first word of a text, which loses it.
std::string_view take_word(std::string_view& text) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
}

bool take_number(std::string_view& text, double& number) {
    const std::string_view word = take_word(text);
    const auto [rest, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    return error == std::errc() && rest == word.data() + word.size();
}

// name{labels} value time
std::optional<SampleLine> sample_of(std::string_view line) {
    const std::size_t open = line.find('{');
    if (open == std::string_view::npos) return std::nullopt;
    std::size_t close = open + 1;
    for (bool is_quoted = false; close < line.size(); ++close) {
        if (line[close] == '"') is_quoted = !is_quoted;
        if (is_quoted && line[close] == '\\') ++close;
        if (!is_quoted && line[close] == '}') break;
    }
    if (close + 2 > line.size()) return std::nullopt;
    SampleLine sample{line.substr(0, open), line.substr(open + 1, close - open - 1), 0, 0};
    std::string_view rest = line.substr(close + 2);
    if (!take_number(rest, sample.value) || !take_number(rest, sample.time_s)) return std::nullopt;
    return sample;
}

// name="value",name="value"
std::optional<Labels> labels_of(std::string_view text) {
    Labels labels;
    while (!text.empty()) {
        const std::size_t equals = text.find("=\"");
        if (equals == std::string_view::npos) return std::nullopt;
        std::string value;
        std::size_t at = equals + 2;
        for (; at < text.size() && text[at] != '"'; ++at) {
            if (text[at] == '\\' && at + 1 < text.size()) {
                ++at;
                value += text[at] == 'n' ? '\n' : text[at];
            } else {
                value += text[at];
            }
        }
        labels.emplace_back(text.substr(0, equals), std::move(value));
        text.remove_prefix(std::min(at + 1, text.size()));
        if (text.starts_with(',')) text.remove_prefix(1);
    }
    return labels;
}

std::optional<MetricType> type_of(std::string_view word) {
    if (word == "counter") return MetricType::counter;
    if (word == "gauge") return MetricType::gauge;
    if (word == "histogram") return MetricType::histogram;
    if (word == "info") return MetricType::info;
    return std::nullopt;
}

class LineReader {
public:
    bool take(std::string_view line) {
        if (line.starts_with("# ")) return take_comment(line.substr(2));
        const std::optional<SampleLine> sample = sample_of(line);
        if (!sample || metrics_.families.empty()) return false;
        return take_sample(*sample);
    }

    std::optional<Metrics> finish() {
        if (!has_ended_ || times_.empty()) return std::nullopt;
        metrics_.epoch_s = *times_.begin();
        for (const double time_s : times_) metrics_.times_s.push_back(time_s - metrics_.epoch_s);
        if (metrics_.times_s.size() > 1) metrics_.interval_s = metrics_.times_s[1];
        return std::move(metrics_);
    }

private:
    bool take_comment(std::string_view text) {
        const std::string_view word = take_word(text);
        has_ended_ = word == "EOF";
        if (has_ended_) return true;
        const std::string_view name = take_word(text);
        if (word == "TYPE") {
            const auto type = type_of(text);
            if (!type) return false;
            metrics_.families.push_back({std::string(name), *type, "", "", {}});
            labels_ = {};
            return true;
        }
        if (metrics_.families.empty()) return false;
        if (word == "UNIT") metrics_.families.back().unit = text;
        if (word == "HELP") metrics_.families.back().help = text;
        return true;
    }

    // The bound of a bucket is the last label, and all columns of a time stand together.
    bool take_sample(const SampleLine& sample) {
        MetricFamily& family = metrics_.families.back();
        std::string_view labels = sample.labels;
        if (sample.name.ends_with("_bucket")) {
            const std::size_t le = labels.rfind("le=\"");
            if (le == std::string_view::npos) return false;
            const std::string_view bound = labels.substr(le + 4, labels.size() - le - 5);
            const auto& bounds = metrics_.bounds;
            if (bounds.empty() || bounds.back() != "+Inf") metrics_.bounds.emplace_back(bound);
            labels = labels.substr(0, le == 0 ? 0 : le - 1);
        }
        if (family.series.empty() || labels != labels_) {
            const auto parsed = labels_of(labels);
            if (!parsed) return false;
            family.series.push_back({*parsed, {}});
            labels_ = labels;
        }
        family.series.back().values.push_back(sample.value);
        if (times_.empty() || sample.time_s != last_s_) times_.insert(sample.time_s);
        last_s_ = sample.time_s;
        return true;
    }

    Metrics metrics_;
    std::string labels_;  // of the series under way
    std::set<double> times_;
    double last_s_ = 0;
    bool has_ended_ = false;
};

}  // namespace

std::optional<Metrics> metrics_from(std::string_view text) {
    LineReader reader;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (!reader.take(text.substr(0, end))) return std::nullopt;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return reader.finish();
}

}  // namespace reports
