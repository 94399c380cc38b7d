// What a lab says of a command, as it is read.
#include <regex>

#include "tools/lab_command.h"

namespace tools {

namespace {

bool is_regex(const std::string& text) {
    try {
        const std::regex regex(text);
    } catch (const std::regex_error&) {
        return false;
    }
    return true;
}

}  // namespace

void LabCommand::check(models::spec::Check& check) const {
    check.that(says.empty() || matches.empty(), "matches", "there is \"says\" already");
    check.that(is_regex(matches), "matches", "not a regular expression");
    check.that(file.find('/') == std::string::npos, "file", "expected the name of a file in {dir}");
    const bool says_something = !says.empty() || !matches.empty() || exits != 0;
    check.that(says_something, "says", "a command that may say anything",
               "give \"says\", \"matches\" or \"exits\"");
    check.that(times.empty() || !says.empty() || !matches.empty(), "times",
               "it is not said what is counted", "give \"says\" or \"matches\"");
}

}  // namespace tools
