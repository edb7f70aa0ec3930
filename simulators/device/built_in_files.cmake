# Writes the device files into a C++ source: OUT, FILES. The platform is the name of the file.
set(entries "")
foreach(path ${FILES})
    get_filename_component(platform ${path} NAME_WE)
    file(READ ${path} content)
    string(APPEND entries "        {\"${platform}\", R\"~xml~(${content})~xml~\"},\n")
endforeach()
file(WRITE ${OUT} "// Made from simulators/devices/*.xml.
#include \"simulators/device/scripted/library.h\"

namespace rollover::sim::scripted {

const std::vector<built_in_file>& built_in_files() {
    static const std::vector<built_in_file> all{
${entries}    };
    return all;
}

}  // namespace rollover::sim::scripted
")
