# Checks that no arrow runs up: cmake -DROOT=<repository> -P floors.cmake
#
# The rooms of extension/ stand on floors: core, boundary, server, command_center, the other extensions, and reservations on top. Beside
# them, on the core as well, stand those of the daemons: daemon, and relay and api on top. A file includes what is of its own room or of a lower
# floor on its side. Below command_center/ no code or string names an extension of ours or its schema;
# the namespace of all does not count. Of pistache one file knows the layer that accepts and reads, and none the HTTP layer, which gives
# answers to strangers.
# With -DEXPECTED=<file>, the offences found must be the lines of that file.
get_filename_component(ROOT "${ROOT}" ABSOLUTE)
set(offences)

function(report path line_number what)
  list(APPEND offences "${path}:${line_number}: ${what}")
  set(offences "${offences}" PARENT_SCOPE)
endfunction()

# The first digit of a floor is its side: 1 of the backend, 2 of the daemons, 0 of both. 14 where nothing else is known: an extension.
set(floor_of_core 00)
set(floor_of_boundary 11)
set(floor_of_server 12)
set(floor_of_command_center 13)
set(floor_of_reservations 15)
set(floor_of_daemon 21)
set(floor_of_relay 22)
set(floor_of_api 22)
function(find_floor room)
  set(floor 14)
  if(DEFINED floor_of_${room})
    set(floor ${floor_of_${room}})
  endif()
  string(REGEX REPLACE ".$" "" side ${floor})
  set(floor ${floor} PARENT_SCOPE)
  set(side ${side} PARENT_SCOPE)
endfunction()

file(GLOB names RELATIVE ${ROOT}/extension ${ROOT}/extension/*.control.in)
list(TRANSFORM names REPLACE "\\.control\\.in$" "")
list(JOIN names "|" any_name)

file(GLOB_RECURSE paths RELATIVE ${ROOT} ${ROOT}/extension/*/*.cpp ${ROOT}/extension/*/*.hpp
  ${ROOT}/daemon/*.cpp ${ROOT}/daemon/*.hpp ${ROOT}/relay/*.cpp ${ROOT}/relay/*.hpp ${ROOT}/api/*.cpp ${ROOT}/api/*.hpp)
list(SORT paths)
foreach(path IN LISTS paths)
  string(REGEX REPLACE "^(extension/)?([^/]*)/.*" "\\2" room "${path}")
  find_floor(${room})
  set(own_floor ${floor})
  set(own_side ${side})
  # The characters that mean something to lists of CMake go first.
  file(READ ${ROOT}/${path} text)
  string(REGEX REPLACE "[][;]" " " text "${text}")
  string(REPLACE "\\" " " text "${text}")
  string(REPLACE "\n" ";" lines "${text}")
  set(number 0)
  foreach(line IN LISTS lines)
    math(EXPR number "${number} + 1")
    string(REGEX REPLACE "//.*" "" line "${line}")
    if(line MATCHES "# *include *\"(extension/([^/\"]*)|daemon|relay|api)/")
      string(REPLACE "extension/" "" included ${CMAKE_MATCH_1})
      find_floor(${included})
      if(NOT included STREQUAL room AND (NOT floor LESS own_floor OR NOT side MATCHES "^(0|${own_side})$"))
        report(${path} ${number} "${room} includes ${included}")
      endif()
    elseif(line MATCHES "# *include *<pistache/" AND NOT (path STREQUAL "api/http/server.cpp" AND
        line MATCHES "<pistache/(listener|peer|tcp|transport)[.]h>"))
      report(${path} ${number} "${room} includes what it may not of pistache")
    elseif(own_floor LESS 13)
      string(REGEX REPLACE "namespace command_center|command_center::" "" line "${line}")
      if(line MATCHES "(^|[^a-zA-Z0-9_])(${any_name})([^a-zA-Z0-9]|$)")
        report(${path} ${number} "${room} knows ${CMAKE_MATCH_2}")
      endif()
    endif()
  endforeach()
endforeach()

if(NOT paths OR NOT names)
  message(FATAL_ERROR "no source or no extension found below ${ROOT}")
endif()
string(REPLACE ";" "\n" found "${offences}")
set(expected "")
if(DEFINED EXPECTED)
  file(STRINGS ${EXPECTED} expected)
  string(REPLACE ";" "\n" expected "${expected}")
endif()
if(NOT found STREQUAL expected)
  message(FATAL_ERROR "found:\n${found}\nexpected:\n${expected}\n")
endif()
