// The cheapest of several variants for each number of nines.
#include "reports/cheapest.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "reports/sweep_words.h"

using namespace reports;

namespace {

struct Offer {
    double availability;
    double usd_per_month;
};

// Compared by this figure; two replications of each.
Comparison offers(const std::string& about, const std::vector<Offer>& all) {
    const ComparedFigures figures = usual_figures();
    std::vector<std::string> names = {"one", "two", "zones", "gold"};
    names.resize(all.size());
    std::vector<std::vector<Sample>> played;
    for (const Offer& each : all) {
        Sample made;
        made.figures.assign(figures.size(), std::nan(""));
        made.waited_s.assign(figures.size(), std::nan(""));
        made.figures[index_of(figures, "availability")] = each.availability;
        made.figures[index_of(figures, "cost")] = each.usd_per_month / 730;
        made.figures[index_of(figures, "cost_per_month")] = each.usd_per_month;
        made.offered = 1000;
        played.push_back({made, made});
    }
    return compare({figures, {index_of(figures, about)}, names, std::move(played), 0});
}

}  // namespace

TEST_CASE("each target has the cheapest that reaches it, and the last has none") {
    const std::vector<Offer> all = {{0.995, 73}, {0.9995, 146}, {0.99995, 206}, {0.99994, 500}};
    CHECK(cheapest_sentence(offers("availability", all)) ==
          "Cheapest by availability target: 99 % one ($73 a month), 99.9 % two ($146 a month), "
          "99.99 % zones ($206 a month), 99.999 % none.");
    const auto found = cheapest_for(offers("availability", all));
    REQUIRE(found.size() == 4);
    CHECK(found[2].variant == 2);
    CHECK(!found[3].variant);
}

TEST_CASE("more nines for less money leave nobody else a target") {
    const auto found = cheapest_for(offers("availability", {{0.995, 200}, {0.99995, 100}}));
    for (std::size_t i = 0; i < 3; ++i) CHECK(found[i].variant == 1);
}

TEST_CASE("nothing is said where nothing costs anything, or it is about something else") {
    CHECK(cheapest_sentence(offers("availability", {{0.99, 0}, {0.999, 0}})).empty());
    CHECK(cheapest_for(offers("p99", {{0.99, 10}, {0.999, 20}})).empty());
}
