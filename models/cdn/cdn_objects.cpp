#include "models/cdn/cdn_objects.h"

#include <algorithm>

namespace models {

CdnObjects::CdnObjects(const CdnSpec& spec, const Context& context)
    : rules_(spec.rules()),
      variants_(rules_.size()),
      size_draws_(context.stream("sizes of objects")),
      range_draws_(context.stream("ranges")),
      url_draws_(context.stream("signed urls")) {
    for (const CdnBehaviorSpec& each : rules_) {
        sizes_.push_back(each.size ? each.size->build() : sim::Distribution());
        lengths_.push_back(each.ranges ? each.ranges->length.build() : sim::Distribution());
        url_ages_.push_back(each.signed_urls ? each.signed_urls->age.build() : sim::Distribution());
    }
}

// --- names ---

std::uint64_t CdnObjects::name_of(std::uint64_t item, std::size_t rule,
                                  const Variant& variant) const {
    std::uint64_t name = sim::mix(item + rule * 0x9e3779b97f4a7c15u);
    if (variant != Variant{}) {
        name = sim::mix(name + (std::uint64_t{variant.locale} << 16 | variant.segment));
    }
    if (rules_[rule].names == ObjectNames::plain || ledger_ == nullptr) return name;
    return sim::mix(name + ledger_->acknowledged(item));
}

std::uint64_t CdnObjects::slice_of(std::uint64_t object, std::uint32_t number) {
    return sim::mix(object + 1 + number);
}

CdnObjects::Variant CdnObjects::variant_of(const Request& request) const {
    Variant variant;
    for (const CdnVary each : rule_of(request).vary) {
        if (each == CdnVary::locale) variant.locale = request.locale;
        if (each == CdnVary::segment) variant.segment = request.segment;
    }
    return variant;
}

std::vector<std::uint64_t> CdnObjects::names_of(std::uint64_t item) const {
    std::vector<std::uint64_t> names;
    const auto add = [&](std::size_t rule, const Variant& variant) {
        const std::uint64_t object = name_of(item, rule, variant);
        if (!rules_[rule].slice) return names.push_back(object);
        Request request;
        request.key = item;
        request.endpoint = static_cast<EndpointId>(rule) + 1;
        const std::uint64_t slice = rules_[rule].slice->count;
        const std::uint64_t slices = (size_of(request) + slice - 1) / slice;
        for (std::uint32_t each = 0; each < slices; ++each) {
            names.push_back(slice_of(object, each));
        }
    };
    for (std::size_t rule = 0; rule < rules_.size(); ++rule) {
        if (rules_[rule].vary.empty()) add(rule, {});
        for (const Variant& each : variants_[rule]) add(rule, each);
    }
    return names;
}

// --- sizes and parts ---

std::uint32_t CdnObjects::size_of(const Request& request) const {
    const std::size_t number = rule(request);
    if (!rules_[number].size) return 0;
    sim::Draws draws(sim::request_key(size_draws_ + number, request.key));
    const double bytes = sizes_[number].sample(draws);
    return static_cast<std::uint32_t>(std::clamp(bytes, 1.0, 4294967295.0));
}

// As the cache in front says, or as users draw it. A length of 0 is the whole object.
CdnObjects::Range CdnObjects::range_of(const Request& request, std::uint32_t size) const {
    if (request.is_for_part) {
        const auto begin = static_cast<std::uint32_t>(request.operation >> 32);
        return {begin, static_cast<std::uint32_t>(request.operation)};
    }
    const std::size_t number = rule(request);
    const auto& ranges = rules_[number].ranges;
    if (!ranges || size == 0) return {0, 0};
    sim::Draws draws(sim::request_key(range_draws_, request.identity));
    const double length =
        std::clamp(lengths_[number].sample(draws), 1.0, static_cast<double>(size));
    const auto whole = static_cast<std::uint32_t>(length);
    if (draws.chance(ranges->from_start.value)) return {0, whole};
    return {static_cast<std::uint32_t>(draws.below(std::uint64_t{size} - whole + 1)), whole};
}

CdnObjects::Wanted CdnObjects::wanted(const Request& request) {
    return cut(request, range_of(request, size_of(request)));
}

CdnObjects::Wanted CdnObjects::cut(const Request& request, const Range& range) {
    const std::size_t number = rule(request);
    const CdnBehaviorSpec& rule = rules_[number];
    const Variant variant = variant_of(request);
    if (!rule.vary.empty()) variants_[number].insert(variant);
    Wanted all{name_of(request.key, number, variant), 0, 0, size_of(request), range.length};
    if (!rule.slice || all.size == 0) return all;
    const std::uint64_t slice = rule.slice->count;
    const std::uint64_t length = range.length > 0 ? range.length : all.size;
    const std::uint64_t end = std::min<std::uint64_t>(range.begin + length, all.size);
    all.first = static_cast<std::uint32_t>(range.begin / slice);
    all.last = std::max(all.first, static_cast<std::uint32_t>((end - 1) / slice));
    return all;
}

CdnObjects::Part CdnObjects::part(const Request& request, const Wanted& wanted,
                                  std::uint32_t number) const {
    const auto& slice = rule_of(request).slice;
    if (!slice) return {wanted.object, 0, wanted.size, false};
    const std::uint64_t begin = slice->count * number;
    const std::uint64_t end = std::min<std::uint64_t>(begin + slice->count, wanted.size);
    return {slice_of(wanted.object, number), static_cast<std::uint32_t>(begin),
            static_cast<std::uint32_t>(end - std::min(begin, end)), true};
}

// --- who may have it ---

// A shield has no such rule: its locations have looked.
bool CdnObjects::is_forbidden(const Request& request) const {
    const std::size_t number = rule(request);
    const auto& urls = rules_[number].signed_urls;
    if (!urls) return false;
    sim::Draws draws(sim::request_key(url_draws_, request.identity));
    if (draws.chance(urls->unsigned_requests.value)) return true;
    return url_ages_[number].sample(draws) > sim::seconds(urls->valid_for);
}

}  // namespace models
