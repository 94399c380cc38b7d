// Any bytes as a query in Prometheus' language: either it says what is wrong and where, or it is
// asked of counters, gauges and histograms, at several times, and what comes of it is a vector.
#include <algorithm>
#include <cmath>
#include <vector>

#include "models/observers/promql.h"
#include "tests/fuzz/claim.h"

namespace {

namespace promql = models::promql;

promql::TimeSeries series(promql::Labels labels, double first, double step) {
    promql::TimeSeries made{std::move(labels), {}, step >= 0};
    std::ranges::sort(made.labels);
    for (int i = 0; i < 40; ++i) {
        if (i % 13 == 7) continue;  // a scrape that failed
        made.samples.push_back({i * 15'000, first + i * step});
    }
    return made;
}

// Two jobs with a counter each, a histogram, a gauge that falls, and values that are no numbers.
const std::vector<promql::TimeSeries>& all_series() {
    static const std::vector<promql::TimeSeries> made = [] {
        std::vector<promql::TimeSeries> all;
        for (const char* job : {"a", "b"}) {
            all.push_back(series({{"__name__", "t"}, {"job", job}, {"code", "200"}}, 0, 3));
            all.push_back(series({{"__name__", "t"}, {"job", job}, {"code", "500"}}, 5, 0));
            for (const char* bound : {"0.1", "1", "+Inf"}) {
                all.push_back(
                    series({{"__name__", "h_bucket"}, {"job", job}, {"le", bound}}, 0, 2));
            }
        }
        all.push_back(series({{"__name__", "g"}, {"job", "a"}}, 10, -0.5));
        all.push_back(series({{"__name__", "n"}}, std::nan(""), 1));
        return all;
    }();
    return made;
}

void check_answer(const promql::Vector& answer, std::string_view input) {
    for (const promql::Element& each : answer) {
        fuzz::claim(std::ranges::none_of(each.labels,
                                         [](const auto& label) {
                                             return label.first.empty() || label.second.empty();
                                         }),
                    "no label is empty", input);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input = fuzz::text_of(data, size);
    promql::QueryError error;
    const auto query = promql::Query::parse(input, error);
    if (!query) {
        fuzz::claim(!error.message.empty(), "who refuses a query says why", input);
        fuzz::claim(error.offset <= input.size(), "a mistake is within the text", input);
        return 0;
    }
    static_cast<void>(query->metrics());
    const promql::Asking asking(*query, all_series());
    for (const std::int64_t at : {std::int64_t{0}, std::int64_t{299'999}, std::int64_t{600'000}}) {
        check_answer(asking.ask(at), input);
    }
    return 0;
}
