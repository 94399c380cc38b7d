// A family: models that make one decision in different ways, as an explicit list.
//
//     class Balancer {
//     public:
//         static constexpr std::string_view family = "balancers";
//         static constexpr std::string_view family_doc = "Which backend gets a request.";
//         ...
//     };
//     using Balancers = Family<Balancer, RoundRobin, LeastRequest>;
//
//     spec::Choice<Balancers> balancer = LeastRequest::Spec{};         // a parameter
//     std::unique_ptr<Balancer> policy = Balancers::build(balancer, context);
//
// A member is a class with a Spec and a constructor from (const Spec&, args...). A list, rather
// than members that register themselves, because a linker drops what nothing mentions.
//
// A family whose members hold choices of the family itself is declared first and listed later:
//     struct Policies;                                                  // before the members
//     struct Policies : Family<Policy, Timeout, Fallback> {};           // after them
// and those members write spec::param in full: for a bare param(...) the compiler would look for
// functions beside the family, too, before it is there.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>
#include <variant>

#include "models/spec/spec.h"

namespace models {

template <class Interface, class... Members>
struct Family {
    using Specs = std::variant<typename Members::Spec...>;
    static constexpr std::string_view name = Interface::family;
    static constexpr std::string_view doc = Interface::family_doc;
    static constexpr std::size_t size = sizeof...(Members);

    // The member that was chosen, made from its spec and the arguments.
    template <class F, class... Args>
    static std::unique_ptr<Interface> build(const spec::Choice<F>& choice, Args&&... args) {
        static_assert(std::same_as<typename F::Specs, Specs>, "a choice of another family");
        std::unique_ptr<Interface> made;
        const auto try_member = [&]<class Member>() {
            const auto* chosen = std::get_if<typename Member::Spec>(&choice.spec);
            if (chosen == nullptr) return;
            made = std::make_unique<Member>(*chosen, std::forward<Args>(args)...);
        };
        (try_member.template operator()<Members>(), ...);
        return made;
    }

    // A choice of each member with its defaults, in list order: what laws and comparisons go over.
    template <class F = Family>
    static std::vector<spec::Choice<F>> each() {
        return {spec::Choice<F>(typename Members::Spec{})...};
    }

    // Every kind with its doc and parameters, in list order.
    static std::vector<spec::Model> members() {
        spec::Types types;
        return {spec::Model{std::string(Members::Spec::kind), std::string(Members::Spec::doc),
                            spec::fields_of<typename Members::Spec>(types)}...};
    }
};

}  // namespace models
