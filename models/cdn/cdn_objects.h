// What a request at a CDN is for: under which name an object or a slice of it is kept, in which
// variant, and how many bytes it has.
#pragma once

#include <compare>
#include <cstdint>
#include <set>
#include <vector>

#include "models/cdn/cdn_spec.h"
#include "models/context.h"
#include "models/data/ledger.h"
#include "models/request.h"
#include "sim/distribution.h"

namespace models {

class CdnObjects {
public:
    // What is fetched and kept as one: a whole object, or a slice.
    struct Part {
        std::uint64_t name;
        std::uint32_t begin;
        std::uint32_t bytes;  // 0 when the origin says it
        bool is_slice;
    };
    // What of an object a request is for: slices, of which there is one where there are none.
    struct Wanted {
        std::uint64_t object;  // its name
        std::uint32_t first;
        std::uint32_t last;
        std::uint32_t size;   // of the whole object; 0 when the origin says it
        std::uint32_t bytes;  // of the answer; 0: all that there is
    };

    CdnObjects(const CdnSpec& spec, const Context& context);

    void know(const Ledger* ledger) { ledger_ = ledger; }
    const CdnBehaviorSpec& rule_of(const Request& request) const { return rules_[rule(request)]; }
    std::size_t rules() const { return rules_.size(); }
    // The first behaviour when none is named.
    std::size_t rule(const Request& request) const {
        return request.endpoint == 0 || request.endpoint > rules_.size() ? 0 : request.endpoint - 1;
    }

    Wanted wanted(const Request& request);
    // Of a request for all of it.
    Wanted whole(const Request& request) { return cut(request, {0, 0}); }
    Part part(const Request& request, const Wanted& wanted, std::uint32_t number) const;
    // All names that an item has now: of each behaviour, variant and slice.
    std::vector<std::uint64_t> names_of(std::uint64_t item) const;
    // In bytes; 0 when the origin says it.
    std::uint32_t size_of(const Request& request) const;
    bool is_forbidden(const Request& request) const;

    // As the next cache is asked for a slice: its `operation`.
    static std::uint64_t range(const Part& part) {
        return std::uint64_t{part.begin} << 32 | part.bytes;
    }

private:
    struct Variant {
        Words::Number locale = Words::kNone;
        Words::Number segment = Words::kNone;
        auto operator<=>(const Variant&) const = default;
    };
    struct Range {
        std::uint32_t begin;
        std::uint32_t length;
    };

    std::uint64_t name_of(std::uint64_t item, std::size_t rule, const Variant& variant) const;
    Wanted cut(const Request& request, const Range& range);
    static std::uint64_t slice_of(std::uint64_t object, std::uint32_t number);
    Variant variant_of(const Request& request) const;
    Range range_of(const Request& request, std::uint32_t size) const;

    std::vector<CdnBehaviorSpec> rules_;
    std::vector<sim::Distribution> sizes_;
    std::vector<sim::Distribution> lengths_;
    std::vector<sim::Distribution> url_ages_;
    std::vector<std::set<Variant>> variants_;  // that were asked for, of each behaviour
    std::uint64_t size_draws_;
    std::uint64_t range_draws_;
    std::uint64_t url_draws_;
    const Ledger* ledger_ = nullptr;
};

}  // namespace models
