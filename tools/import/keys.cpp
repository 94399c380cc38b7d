#include "tools/import/keys.h"

#include "tools/import/values.h"

namespace tools::imports {

void Reading::wrong(const models::spec::Json& json, const std::string& name,
                    const char* wanted) const {
    const std::string text = text_of(&json);
    system.leave_out(json.place, name.empty() ? path : path + "." + name,
                     text.empty()
                         ? fmt::format("this is not {}", wanted)
                         : fmt::format("{} is not {}", models::spec::in_quotes(text), wanted));
}

}  // namespace tools::imports
