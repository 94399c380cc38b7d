// Somebody sets how many instances there are.
#pragma once

#include "models/autoscalers/workload.h"
#include "models/observers/actions/action.h"

namespace models {

class Scale final : public AlertAction {
public:
    struct Spec {
        static constexpr std::string_view kind = "scale";
        static constexpr std::string_view doc =
            "Sets the number of a node's instances, as its autoscaler would: new ones take their "
            "time to start.";
        spec::MentionRef node;
        std::uint32_t replicas = 1;
        Times after;
        ActionNeeds needs() const { return {.node = &node, .scales = true}; }
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                required("node", &Spec::node, "The node: a server."),
                required("replicas", &Spec::replicas, at_least(1u), at_most(100000u),
                         "Number of instances. An autoscaler of the node may change it again."),
                after_param<Spec>()};
        }
    };
    explicit Scale(const Spec& spec) : node_(spec.node.node), replicas_(spec.replicas) {}

    void act(Controls& controls, const std::string& why) override {
        controls.operated(node_).workload()->scale_to({static_cast<Replicas>(replicas_), why, {}});
    }

private:
    std::string node_;
    std::uint32_t replicas_;
};

}  // namespace models
