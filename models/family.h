// A family: models that make one decision in different ways, as an explicit list.
//
//     class Balancer {
//     public:
//         static constexpr std::string_view family = "balancers";
//         static constexpr std::string_view family_doc = "Which backend gets a request.";
//         ...
//     };
//     struct Balancers : Family<Balancers, Balancer, const Context&> {     // balancers.h
//         static const List& list();
//     };
//     const Balancers::List& Balancers::list() {                          // balancers.cpp
//         static const List list = list_of(All<RoundRobin, LeastRequest>());
//         return list;
//     }
//
//     spec::Choice<Balancers> balancer;                                 // a parameter
//     std::unique_ptr<Balancer> policy = Balancers::build(balancer, context);
//
// A member is a class with a Spec and a constructor from (const Spec&, Args...). Only the list's
// own file includes the members: whoever has a choice among its parameters does not, so a new
// member costs the compiler one file. A list, rather than members that register themselves, because
// a linker drops what nothing mentions.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/spec/declaration/spec.h"

namespace models {

template <class... Members>
struct All {};

template <class Self, class Interface, class... Args>
struct Family {
    static constexpr std::string_view name = Interface::family;
    static constexpr std::string_view doc = Interface::family_doc;

    struct List {
        using Make = std::unique_ptr<Interface> (*)(const void* spec, Args...);
        spec::Kinds kinds;
        std::vector<Make> makes;  // beside the kinds
    };

    static const spec::Kinds& kinds() { return Self::list().kinds; }

    // The member that was chosen, made from its spec and the arguments.
    static std::unique_ptr<Interface> build(const spec::Choice<Self>& choice, Args... args) {
        const List& list = Self::list();
        std::size_t index = 0;
        while (list.kinds[index]->token != choice.any().kind().token) ++index;
        return list.makes[index](choice.any().spec(), std::forward<Args>(args)...);
    }

    // A choice of each member with its defaults, in list order: what laws and comparisons go over.
    static std::vector<spec::Choice<Self>> each() {
        std::vector<spec::Choice<Self>> choices;
        for (const spec::Kind* kind : kinds()) choices.emplace_back(spec::AnySpec(*kind));
        return choices;
    }

    // Every kind with its doc and parameters, in list order.
    static std::vector<spec::Model> members() {
        spec::Types types;
        spec::Definition definition;
        spec::list_kinds(kinds(), types, definition);
        return std::move(definition.models);
    }

    // Calls action(spec) with the spec that was chosen, as its own type.
    template <class... Members, class Choice, class Action>
    static void visit(All<Members...>, Choice& choice, Action action) {
        const auto try_member = [&]<class Member>() {
            auto* spec = choice.template as<typename Member::Spec>();
            if (spec != nullptr) action(*spec);
        };
        (try_member.template operator()<Members>(), ...);
    }

protected:
    template <class... Members>
    static List list_of(All<Members...>) {
        return {{&spec::kind_of_spec<typename Members::Spec>...}, {&make<Members>...}};
    }

private:
    template <class Member>
    static std::unique_ptr<Interface> make(const void* spec, Args... args) {
        return std::make_unique<Member>(*static_cast<const typename Member::Spec*>(spec),
                                        std::forward<Args>(args)...);
    }
};

}  // namespace models
