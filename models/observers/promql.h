// Questions about metrics over time, in Prometheus' language.
//
// Selectors with matchers, ranges and offsets; rate, increase, irate, delta, ..._over_time,
// histogram_quantile, absent, abs; sum, avg, min, max and count with by or without; arithmetic,
// comparisons with bool; and, or, unless; on and ignoring. A result is what Prometheus 2 says
// (promql/engine.go and functions.go, v2.42): a range takes in both of its ends, and rate() goes on
// to the ends of its range where the samples come close.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sim/time.h"

namespace models::promql {

// By name, none of them empty; a metric's name is the label "__name__".
using Labels = std::vector<std::pair<std::string, std::string>>;

std::string_view label(const Labels& labels, std::string_view name);
void set_label(Labels& labels, std::string_view name, std::string_view value);
// {node="web",severity="critical"}
std::string text_of(const Labels& labels);

// The time of a sample, as Prometheus counts it.
constexpr std::int64_t milliseconds(sim::Duration time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

struct Sample {
    std::int64_t at;  // milliseconds
    double value;
};

struct TimeSeries {
    Labels labels;
    std::vector<Sample> samples;  // in order
    bool only_grows = false;      // known of it, so that nobody has to look
};

struct Element {
    Labels labels;
    double value;
};
using Vector = std::vector<Element>;

struct QueryError {
    std::size_t offset = 0;
    std::string message;
    std::string hint;
};

struct Part;

class Query {
public:
    static std::optional<Query> parse(std::string_view text, QueryError& error);

    // The metrics it asks for.
    std::set<std::string> metrics() const;

    const Part& root() const { return *root_; }

private:
    std::shared_ptr<const Part> root_;
};

// A query that is asked again and again of the same series, which outlive it.
class Asking {
public:
    template <class Range>
    Asking(const Query& query, const Range& series) : Asking(query) {
        for (const TimeSeries& each : series) choose(each);
    }

    // A plain number is a series without labels.
    Vector ask(std::int64_t at) const;

    // What asking finds, when nothing is wrong with the labels: else empty.
    const std::string& trouble() const { return trouble_; }

private:
    friend class Evaluation;

    explicit Asking(const Query& query);
    // For each selector that it matches.
    void choose(const TimeSeries& series);

    Query query_;
    std::unordered_map<const Part*, std::vector<const TimeSeries*>> chosen_;
    mutable std::string trouble_;
};

}  // namespace models::promql
