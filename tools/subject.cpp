#include "tools/subject.h"

#include "models/spec/documents/source_file.h"
#include "tools/lab_file.h"

namespace tools {

namespace {

// Only a lab has controls beside its scenario.
bool is_lab(const models::spec::Json& document) {
    return document.find("scenario") != nullptr &&
           (document.find("claim") != nullptr || document.find("controls") != nullptr);
}

}  // namespace

bool is_lab(const std::string& file) {
    if (file == "-") return false;
    models::spec::Problems found;
    const models::spec::Json document = models::spec::read_file(file, found);
    return found.empty() && is_lab(document);
}

std::optional<Subject> subject_of(const std::string& file, std::string& problems) {
    models::spec::Problems found;
    const models::spec::Json document = models::spec::read_file(file, found);
    if (!found.empty()) {
        problems += found.render();
        return std::nullopt;
    }
    Subject subject;
    subject.name = file == "-" ? "standard input" : std::filesystem::path(file).stem().string();
    if (!is_lab(document)) {
        const models::spec::Source& read = found.source(document.place.source);
        subject.source.file = read.name;
        subject.source.text = read.text;
        return subject;
    }
    const LabFile lab = read_lab(file);
    if (!lab.problems.empty()) {
        problems += lab.problems.render();
        return std::nullopt;
    }
    subject.source = source_of(lab, "", nullptr);
    subject.vary = lab.lab.vary;
    return subject;
}

}  // namespace tools
