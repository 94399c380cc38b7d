// A limit that learns nothing: what somebody once measured.
#pragma once

#include <tuple>

#include "models/concurrency/concurrency_limit.h"
#include "models/spec/declaration/spec.h"

namespace models {

class FixedLimit final : public ConcurrencyLimit {
public:
    struct Spec {
        static constexpr std::string_view kind = "fixed";
        static constexpr std::string_view doc = "A fixed limit.";
        std::uint32_t limit = 20;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("limit", &Spec::limit, at_least(1u), at_most(1000000u), "Calls at a time.")};
        }
    };

    FixedLimit(const Spec& spec, std::uint64_t) : limit_(spec.limit) {}

    std::uint32_t limit() const override { return limit_; }
    void add(const CallSample&) override {}

private:
    std::uint32_t limit_;
};

}  // namespace models
