// What is done in a run when an alert fires or people were told of it, by a machine or by somebody
// who follows a runbook: at once, or after the time that it takes them.
//
// A new one is a file, its line in actions.cpp, a test and a scenario.
#pragma once

#include <string>
#include <string_view>

#include "models/node.h"
#include "models/spec/declaration/node_ref.h"
#include "models/spec/declaration/spec.h"
#include "models/times.h"

namespace models {

// What actions act on: the system as it is operated.
class Controls {
public:
    virtual Node& operated(std::string_view node) = 0;
    // Heals all failures at once, and lets no more strike; nothing when none is under way.
    virtual void call_off(const std::string& why) = 0;
    // Heals what is in force of a failure, by its place in the scenario's list.
    virtual void heal(std::size_t failure, const std::string& why) = 0;
    // Whether any failure is in force.
    virtual bool is_struck() const = 0;

protected:
    ~Controls() = default;
};

// What an action needs to be there; what is left out it needs not.
struct ActionNeeds {
    const spec::NodeRef* node = nullptr;
    bool scales = false;      // the node: Instances::scales
    bool rolls_back = false;  // the node: Instances::rolls_back
    const std::string* failure = nullptr;
    bool any_failure = false;
};

class AlertAction {
public:
    static constexpr std::string_view family = "actions";
    static constexpr std::string_view family_doc =
        "Actions: what is done when an alert fires, by a machine or by people.";

    virtual ~AlertAction() = default;

    // `why` is the alert or who was told of it, for the run's events.
    virtual void act(Controls& controls, const std::string& why) = 0;
};

// The parameter that all of them have.
template <class Spec>
constexpr auto after_param() {
    return spec::param(
        "after", &Spec::after,
        "Time from the alert, or from the notification where it is a route's action, "
        "until it is done: how long people or machines take. With 0s (the default) "
        "it is done at once.");
}

// "failures[2]": its place in the list, from 0.
std::optional<std::size_t> failure_named(const std::string& text);

}  // namespace models
