#include "models/prices/price_book.h"

#include "models/prices/usages.h"

namespace models {

std::optional<FoundSize> size_of(const PricesSpec& book, std::string_view name,
                                 std::uint32_t cores) {
    if (const SizeSpec* const own = book.sizes.find(name)) return FoundSize{std::string(name), own};
    std::optional<FoundSize> smallest;
    for (const auto& [size, spec] : book.sizes) {
        if (spec.family != name || !spec.cores || *spec.cores < cores) continue;
        if (!smallest || *spec.cores < *smallest->spec->cores) smallest = FoundSize{size, &spec};
    }
    return smallest;
}

std::optional<FoundPrice> price_of(const PricesSpec* book, std::string_view item,
                                   std::string_view of) {
    if (book == nullptr) return std::nullopt;
    const auto from = [&](const std::string& own) { return own.empty() ? book->source : own; };
    if (item == kInstanceHours.item && !of.empty()) {
        const SizeSpec* const size = book->sizes.find(of);
        if (size == nullptr) return std::nullopt;
        return FoundPrice{size->price.usd_per_hour, from(size->source)};
    }
    const ItemPriceSpec* const priced = book->items.find(item);
    if (priced == nullptr) return std::nullopt;
    const double* const own = priced->of.find(of);
    return FoundPrice{own != nullptr ? *own : priced->usd, from(priced->source)};
}

double usd_per_hour(const PricesSpec* book, const std::vector<PaidInstances>& paid,
                    std::uint32_t cores) {
    double sum = 0;
    for (const PaidInstances& each : paid) {
        if (each.price.own) {
            sum += each.count * each.price.own->usd_per_hour;
            continue;
        }
        std::string size = each.price.size;
        if (const auto found =
                book != nullptr && !size.empty() ? size_of(*book, size, cores) : std::nullopt) {
            size = found->name;
        }
        if (const auto found = price_of(book, kInstanceHours.item, size)) {
            sum += each.count * found->usd;
        }
    }
    return sum;
}

}  // namespace models
