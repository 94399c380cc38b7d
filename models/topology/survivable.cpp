#include "models/topology/survivable.h"

#include <algorithm>
#include <string>

#include "models/caches/cache_spec.h"
#include "models/calls/fallback.h"

namespace models {

namespace {

std::string_view parent_of(std::string_view pointer) {
    return pointer.substr(0, pointer.rfind('/'));
}

bool has_fallback(const spec::Json* call) {
    const spec::Json* const policies = call == nullptr ? nullptr : call->find("policies");
    if (policies == nullptr || policies->list() == nullptr) return false;
    return std::ranges::any_of(*policies->list(), [](const spec::Json& policy) {
        const spec::Json* const kind = policy.find("kind");
        return kind != nullptr && kind->text() != nullptr && *kind->text() == Fallback::Spec::kind;
    });
}

bool is_text(const spec::Json* json, std::string_view text) {
    return json != nullptr && json->text() != nullptr && *json->text() == text;
}

}  // namespace

// The store of a rate limit is one more such: unless it is said to close, requests pass uncounted.
bool is_survivable(const spec::Json& node, std::string_view pointer) {
    if (pointer.find("/async/") != std::string_view::npos) return true;
    if (parent_of(pointer).ends_with("/store")) {
        const spec::Json* const store = spec::find(node, parent_of(pointer));
        return store != nullptr && !is_text(store->find("on_failure"), "closed");
    }
    for (std::string_view at = pointer; !at.empty();) {
        at = parent_of(at);
        if (has_fallback(spec::find(node, at))) return true;
    }
    return false;
}

bool is_passed_by(const spec::Json& node) {
    if (!is_text(node.find("kind"), CacheSpec::kind)) return false;
    return !is_text(node.find("when_down"), "fail");
}

}  // namespace models
