// A release is undone (kubectl rollout undo).
#pragma once

#include "models/observers/actions/action.h"
#include "models/releases.h"

namespace models {

class RollBack final : public AlertAction {
public:
    struct Spec {
        static constexpr std::string_view kind = "roll_back";
        static constexpr std::string_view doc =
            "Rolls a node's last rollout back, whether it is under way or done.";
        spec::MentionRef node;
        Times after;
        ActionNeeds needs() const { return {.node = &node, .rolls_back = true}; }
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                required("node", &Spec::node,
                         "The node, which has rollouts. Before its first rollout there is nothing "
                         "to roll back, and nothing is done; nor is it a second time."),
                after_param<Spec>()};
        }
    };
    explicit RollBack(const Spec& spec) : node_(spec.node.node) {}

    void act(Controls& controls, const std::string& why) override {
        controls.operated(node_).releases()->roll_back(why);
    }

private:
    std::string node_;
};

}  // namespace models
