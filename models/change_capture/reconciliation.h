// An account of two databases: what was committed in one, and what of it is in the other.
//
// It knows of neither relay nor broker: it counts operations (request.h) by what the two databases
// commit, so it says of any way between them what was lost, doubled or made up.
#pragma once

#include <cstdint>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "models/calls/spread.h"
#include "models/changes.h"
#include "models/node.h"
#include "models/spec/declaration/spec.h"

namespace models {

class Reconciliation final : public Node {
public:
    struct Spec {
        static constexpr std::string_view kind = "reconciliation";
        static constexpr std::string_view doc =
            "Compares two databases, operation by operation: what was committed in the source, and "
            "what of it the target has applied, in whatever way it came there. It looks on, and "
            "costs nothing.";
        spec::FollowRef source;
        spec::FollowRef target;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                required("source", &Spec::source, "The database where operations are done first."),
                required("target", &Spec::target, "The database that has to follow.")};
        }
        void check(spec::Check& check) const;
    };

    Reconciliation(const Spec& spec, const Context& context);

    void connect() override;
    void finish() override;

private:
    struct Operation {
        std::uint32_t in_source = 0;
        std::uint32_t in_target = 0;
        sim::Time committed{};  // in the source, first
        sim::Time began{};      // when either saw it first
    };
    struct Item {
        std::uint64_t in_source = 0;  // the operation that wrote it last
        std::uint64_t in_target = 0;
    };

    class Side final : public Follower {
    public:
        Side(Reconciliation& of, bool is_source) : of_(of), is_source_(is_source) {}
        void committed(const Change& change) override { of_.committed(change, is_source_); }
        void taken_back(const Change& change) override { of_.taken_back(change, is_source_); }

    private:
        Reconciliation& of_;
        bool is_source_;
    };

    void committed(const Change& change, bool in_source);
    void taken_back(const Change& change, bool in_source);

    Spec spec_;
    Context context_;
    Side source_{*this, true};
    Side target_{*this, false};
    std::unordered_map<std::uint64_t, Operation> operations_;
    std::unordered_map<std::uint64_t, Item> items_;
    Spread lag_;
};

}  // namespace models
