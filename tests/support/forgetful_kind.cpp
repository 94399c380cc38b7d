// A kind of node that forgets one piece of its declaration: tests/support/forgetful compiles it
// once for each, with a NO_... of its own. With none of them it compiles.
#include "models/nodes.h"

namespace models {

class Forgetful final : public Node {
public:
    struct Spec {
        static constexpr std::string_view kind = "forgetful";
        static constexpr std::string_view doc = "A kind that forgets what it is.";
        std::uint32_t cores = 1;
        static constexpr auto params() {
            return std::tuple{spec::param("cores", &Spec::cores, "Its cores.")};
        }
    };
    Forgetful(const Spec&, const Context&) {}
};

struct ForgetfulKind {
    using Node = Forgetful;
#ifndef NO_ROLE
    static constexpr Role role = Role::answers;
#endif
#ifndef NO_EDGES
    static constexpr None edges{"It calls nobody."};
#endif
#ifdef NO_UNIT
    static constexpr auto figures =
        std::array{figure("hits", Merge::sum, "Lookups that found one.")};
#elif defined NO_SENTENCE
    static constexpr auto figures = std::array{figure("hits", Unit::count, Merge::sum, "hits")};
#elif !defined NO_FIGURES
    static constexpr auto figures =
        std::array{figure("hits", Unit::count, Merge::sum, "Lookups that found one.")};
#endif
#ifdef NO_FREED
    static constexpr auto resources =
        std::array{resource("permits", ResourceKind::places, Unit::count, "A call holds one.")};
#elif defined NO_PARENT
    static constexpr auto resources =
        std::array{resource("permits", ResourceKind::places, Unit::count, "A call holds one.",
                            "The call's answer.", {.within = "threads"})};
#elif !defined NO_RESOURCES
    static constexpr auto resources =
        std::array{resource("permits", ResourceKind::places, Unit::count, "A call holds one.",
                            "The call's answer.", {.parameter = "cores"})};
#endif
#ifndef NO_USAGES
    static constexpr None usages{"It is free."};
#endif
#ifndef NO_INSTANCES
    static constexpr None instances{"It has none."};
#endif
#ifndef NO_ANSWERS
    static Answers answers(const Forgetful::Spec&) {
        return {.endpoints = {},
                .first_answers = false,
                .reads_content = false,
#ifndef NO_FIELD
                .takes_evictions = false,
#endif
                .has_versions = false,
                .readings = {},
                .audiences = {},
                .no_transactions = kNoDatabase};
    }
#endif
#ifndef NO_CAPACITY
    static Capacity capacity(const Forgetful::Spec& spec) {
        return {.instances = 0,
                .cores = spec.cores,
                .slots_name = {},
                .slots = 0,
                .paid = {},
                .notes = {}};
    }
#endif
#ifndef NO_COST
    static constexpr None cost{"It does nothing."};
#endif
};

NodeKind forgetful_kind() {
    return node_kind<ForgetfulKind>();
}

}  // namespace models
