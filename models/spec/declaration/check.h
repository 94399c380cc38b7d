// What a spec says about its parameters together, after each was found right by itself.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace models::spec {

class Check {
public:
    struct Complaint {
        std::string parameter;
        std::string message;
        std::string hint;
    };

    // States what must hold, and what to tell about which parameter when it does not.
    void that(bool holds, std::string_view parameter, std::string message, std::string hint = {}) {
        if (!holds) {
            complaints_.push_back({std::string(parameter), std::move(message), std::move(hint)});
        }
    }

    bool passed() const { return complaints_.empty(); }
    const std::vector<Complaint>& complaints() const { return complaints_; }

private:
    std::vector<Complaint> complaints_;
};

template <class T>
concept SelfChecking = requires(const T& spec, Check& check) {
    spec.check(check);
};

template <class T>
Check checked(const T& spec) {
    Check check;
    if constexpr (SelfChecking<T>) spec.check(check);
    return check;
}

}  // namespace models::spec
