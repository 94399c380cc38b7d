#include "models/histories/item_history.h"

#include <fmt/core.h>

namespace models {

ItemHistory::ItemHistory(const std::vector<const Operation*>& operations) {
    values_[kInitial].is_initial = true;
    for (const Operation* each : operations) {
        if (!each->is_known() && !each->is_write) continue;
        operations_.push_back(each);
        if (each->is_known() && each->is_write) values_[each->version].write = each;
    }
    for (const Operation* each : operations_) {
        if (each->is_known()) values_[each->version].see(*each);
    }
}

std::string ItemHistory::words_for(const SeenValue& value) {
    if (value.is_initial) return "the value of the start";
    if (value.write == nullptr) return "a value of an unknown write";
    return fmt::format("the value written at {:.3f} s",
                       sim::seconds(value.write->began.time_since_epoch()));
}

}  // namespace models
