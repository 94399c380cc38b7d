// Problems of a scenario by JSON pointer: each is said at the nearest place that is written.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/spec/json/json.h"
#include "models/spec/json/nearest.h"
#include "models/spec/json/problems.h"

namespace models {

class DocumentProblems {
public:
    DocumentProblems(const spec::Json& document, spec::Problems& problems)
        : document_(document), problems_(problems) {}

    void add(const std::string& pointer, std::string message, std::string hint = {}) {
        spec::SourceLocation place;
        if (problems_.has_room()) place = spec::nearest_place(document_, pointer);
        problems_.add({place, pointer, std::move(message), std::move(hint)});
    }

    // The nearest of many is only looked for where somebody will read it.
    std::string suggestion(const std::string& wrong, const std::vector<std::string>& known) const {
        if (!problems_.has_room()) return {};
        const std::vector<std::string_view> views(known.begin(), known.end());
        return spec::did_you_mean(wrong, views, "there are:");
    }

    // As it is written; none where it was left to a default.
    const spec::Json* find(std::string_view pointer) const {
        return spec::find(document_, pointer);
    }

    bool empty() const { return problems_.empty(); }

private:
    const spec::Json& document_;
    spec::Problems& problems_;
};

}  // namespace models
