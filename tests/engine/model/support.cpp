#include "tests/engine/model/support.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

namespace rollover::model::test {

std::map<std::filesystem::path, bool> xmllint(const std::filesystem::path& schema,
                                              const std::vector<std::filesystem::path>& files) {
    std::string command = "xmllint --noout --nonet --schema '" + schema.string() + "'";
    std::map<std::filesystem::path, bool> verdicts;
    for (const auto& file : files) {
        command += " '" + file.string() + "'";
        verdicts[file] = false;
    }
    std::string said;
    FILE* const pipe = popen((command + " 2>&1").c_str(), "r");
    std::array<char, 4096> buffer{};
    while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
        said.append(buffer.data(), got);
    }
    const int status = pclose(pipe);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) < 5)
        << "xmllint (package libxml2-utils) did not work: " << said;
    for (auto& [file, valid] : verdicts) {
        const std::string verdict = file.string() + " validates\n";
        valid = said.starts_with(verdict) || said.find('\n' + verdict) != std::string::npos;
    }
    return verdicts;
}

std::string contents_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    EXPECT_TRUE(in.is_open()) << file;
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string lines_of(const diagnostics& mistakes) {
    std::string out;
    for (const auto& d : mistakes) {
        const std::string error = ": error: ";
        std::string line = to_string(d).substr(d.place.file.size());
        line.replace(line.find(error), error.size(), ": ");
        out += line.substr(1) + '\n';
    }
    return out;
}

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder, std::string_view extension) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == extension) {
            files.push_back(entry.path());
        }
    }
    std::ranges::sort(files);
    return files;
}

}  // namespace rollover::model::test
