// Settings of publishing that are another kind of broker's: models/topology/publishing_check.h.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "models/nodes.h"
#include "models/topics.h"
#include "models/topology/load.h"

namespace {

std::string problems_of(const std::string& settings, const std::string& broker) {
    const std::string text = R"({"nodes": {
        "clients": {"kind": "open_loop", "rate": "10/s", "calls": "app"},
        "app": {"kind": "server", "endpoints": {"put": [{"choose": [{"weight": 1, "steps": [
            {"publish": "broker.orders")" +
                             settings + R"(}]}]}]}},
        "broker": )" + broker +
                             "}}";
    return models::load({"test.json", {}, {}, text}).problems.render();
}
const std::string kRabbit = R"({"kind": "rabbitmq", "queues": {"orders": {}}})";
const std::string kKafka = R"({"kind": "kafka", "topics": {"orders": {}}})";

}  // namespace

TEST_CASE("what only another kind of broker takes is refused, with its place and whose it is") {
    const std::string acks = problems_of(R"(, "acks": "1", "idempotence": false)", kRabbit);
    CHECK(acks.find(R"("broker" is of the kind rabbitmq, which takes no "acks")") !=
          std::string::npos);
    CHECK(acks.find("test.json:4:") != std::string::npos);
    CHECK(acks.find("leave it out: it is for kafka") != std::string::npos);
    CHECK(acks.find(R"(takes no "idempotence")") != std::string::npos);
    const std::string key = problems_of(R"(, "routing_key": "order.created")", kKafka);
    CHECK(key.find(R"(of the kind kafka, which takes no "routing_key")") != std::string::npos);
    CHECK(key.find("it is for rabbitmq") != std::string::npos);
}

TEST_CASE("what all brokers take is taken, and so is what is said as it is by default") {
    for (const std::string& broker : {kRabbit, kKafka}) {
        CHECK(problems_of(R"(, "record_size": "1kB", "fire_and_forget": true, "max_block": "1s")",
                          broker) == "");
        CHECK(problems_of(
                  R"(, "acks": "all", "compression": 1, "max_in_flight": 5, "routing_key": "")",
                  broker) == "");
    }
}

TEST_CASE("a queue that is published to by its name gets no routing key") {
    const std::string problems = problems_of(R"(, "routing_key": "order.created")", kRabbit);
    CHECK(problems.find("is a queue: what is published to it by name is not routed") !=
          std::string::npos);
}

TEST_CASE("every setting of a group is some broker's") {
    for (const auto* const group : {&models::spec::parameters_of<models::RecordPublishing>(),
                                    &models::spec::parameters_of<models::MessagePublishing>(),
                                    &models::spec::parameters_of<models::PublisherWaits>()}) {
        const std::string kinds = models::Nodes::kinds_that([&](const models::NodeFacts& facts) {
            return std::find(facts.publishing.begin(), facts.publishing.end(), group) !=
                   facts.publishing.end();
        });
        CHECK(kinds != "");
    }
}
