// {"publish": "kafka.orders.created"}: a record into a topic.
#pragma once

#include "models/calls/policy.h"
#include "models/steps/step.h"
#include "models/topics.h"

namespace models {

struct PublishStep : ProducerSpec {
    static constexpr std::string_view key = "publish";
    static constexpr std::string_view doc =
        "Publishes a record to a topic, by a producer of its own in each instance. When it is not "
        "acknowledged, this request fails, too, unless it does not wait for that.";
    spec::PublishRef value;
    std::vector<PolicyChoice> policies;
    std::string name;
    static constexpr auto body() {
        return spec::param("publish", &PublishStep::value, "The topic: \"node.topic\".");
    }
    static constexpr auto params() {
        using namespace spec;
        return std::tuple_cat(
            ProducerSpec::params(),
            std::tuple{param("policies", &PublishStep::policies,
                             "Resilience policies of publishing; a timeout limits how long the "
                             "acknowledgement is waited for, and the record may be published "
                             "all the same."),
                       name_param(&PublishStep::name)});
    }
    spec::Around around() const {
        spec::Around around = around_call(policies, Times{});
        if (fire_and_forget) around.is_survivable = true;
        around.has_producer_settings = true;
        return around;
    }
    void check(spec::Check& check) const {
        ProducerSpec::check(check);
        check.that(!value.endpoint.empty(), "publish", "it does not say to which topic",
                   "write \"" + value.node + ".TOPIC\"");
    }

    void compile(StepCompiler& into) const;
    Cost cost(Costing& of) const;
    void inner(const auto&) const {}
};

}  // namespace models
