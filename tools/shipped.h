// What comes with the program, found from any folder: labs, stories, and what each row of the
// guides claims.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace tools {

// The folder that has "labs" in it: scenarios/ in the current folder, else where the program was
// built (scenarios/ above its folder), else where it is installed (../share/spate). None, and where
// was looked is added to `problems`, when there is none.
std::optional<std::filesystem::path> shipped_folder(std::string& problems);

// Whether this is what a row is called, or a further lab of it: "CA-03", "CA-03-race".
bool is_row(std::string_view text);

// What a command is asked for as a file: of a row the lab that proves it, and of what is not there
// a scenario that comes with the program ("stories/day.json", with "scenarios/" before it or
// without), unless there is a file of that name; everything else as it is. None, with the reason
// for people, when no lab proves the row.
std::optional<std::string> asked_file(const std::string& asked, std::string& problems);

// The same of a file that is laid over another.
std::string shipped_file(const std::string& asked);

}  // namespace tools
