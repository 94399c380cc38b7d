// What `spate export` can make of a finished run, each for a tool that we did not write.
//
// A format is a line in the list of export_formats.cpp and a function in a file of its own.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tools {

struct ExportAsked {
    std::string folder;              // that --out wrote
    std::vector<std::string> files;  // that the format needs beside the run, as alert rules
};

struct ExportFormat {
    std::string_view name;  // as --to takes it
    std::string_view doc;   // who reads it
    // The text of the file; none after a complaint.
    std::optional<std::string> (*text)(const ExportAsked& asked);
};

std::span<const ExportFormat> export_formats();

// A file of the run's folder as it is; none, after a complaint that says what writes it.
std::optional<std::string> run_file(const ExportAsked& asked, const std::string& name);

}  // namespace tools
