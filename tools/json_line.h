// Lines of JSON that machines hand to each other: jobs and samples. What is read back is, bit for
// bit, what was written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/spec/json/json.h"

namespace tools {

// A number as JSON has it; null when it is undefined, "infinity" or "-infinity" when it is that.
models::spec::Json exact(double number);
models::spec::Json list_of(const std::vector<std::string>& texts);

// One line; none, with the reason, when it is not JSON.
std::optional<models::spec::Json> read_line(const std::string& line, std::string& problem);

// The members of an object. The first that is not as it should be is the problem.
class JsonMembers {
public:
    JsonMembers(const models::spec::Json& json, std::string& problem)
        : json_(json), problem_(problem) {}

    std::string text(std::string_view name);
    std::vector<std::string> texts(std::string_view name);
    std::uint64_t count(std::string_view name);
    double number(std::string_view name);
    bool truth(std::string_view name);
    // Empty, with a problem, when there is none.
    const models::spec::Json::List& list(std::string_view name);
    const models::spec::Json::Object& object(std::string_view name);
    bool has(std::string_view name) const { return json_.find(name) != nullptr; }

private:
    // Null, with a problem, when there is none of that name.
    const models::spec::Json* find(std::string_view name);
    void expect(std::string_view name, std::string_view what);

    const models::spec::Json& json_;
    std::string& problem_;
};

// As exact() wrote it; none when it is something else.
std::optional<double> exact_number(const models::spec::Json& json);

}  // namespace tools
