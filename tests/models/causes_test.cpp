// Why requests fail, as reports and access logs have it.
#include "models/causes.h"

#include <doctest/doctest.h>

#include <set>

#include "metrics/names.h"

namespace cause = models::cause;
using sim::Outcome;

namespace {

int status_of(Outcome outcome, sim::Cause why) {
    return metrics::http_status(outcome, sim::row_of(models::kCauses, why));
}

}  // namespace

TEST_CASE("ends of requests have the status that an HTTP service answers with") {
    CHECK(metrics::http_status(Outcome::succeeded) == 200);
    CHECK(status_of(Outcome::rejected, cause::rate_limited) == 429);
    CHECK(status_of(Outcome::rejected, cause::unauthorized) == 401);
    CHECK(status_of(Outcome::rejected, cause::forbidden) == 403);
    CHECK(status_of(Outcome::rejected, cause::queue_full) == 503);
    CHECK(status_of(Outcome::failed, cause::refused) == 502);
    CHECK(status_of(Outcome::failed, cause::fault) == 500);
    CHECK(status_of(Outcome::failed, cause::not_found) == 404);
    CHECK(status_of(Outcome::timed_out, cause::timeout) == 504);
    CHECK(status_of(Outcome::timed_out, cause::cancelled) == 499);
    CHECK(status_of(Outcome::rejected, cause::deadline) == 504);
    CHECK(status_of(Outcome::failed, cause::no_connection) == 500);
    // Metrics know no causes.
    CHECK(metrics::http_status(Outcome::failed) == 500);
    CHECK(metrics::http_status(Outcome::rejected) == 503);
    CHECK(metrics::http_status(Outcome::timed_out) == 504);
}

TEST_CASE("every cause has a name of its own, and what is none of them is unknown") {
    std::set<std::string_view> names;
    for (const sim::CauseRow& each : models::kCauses) names.insert(each.name);
    CHECK(names.size() == models::kCauses.size());
    CHECK(sim::row_of(models::kCauses, cause::deadlock).name == "deadlock");
    CHECK(sim::row_of(models::kCauses, sim::Cause{99}).name == "unknown");
    CHECK(sim::row_of({}, cause::deadlock).name == "unknown");
}
