/* SPDX-License-Identifier: MIT */
/* lua_host CODE: runs a piece of Lua. */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	lua_State *lua = luaL_newstate();
	int error;

	luaL_openlibs(lua);
	error = argc < 2 || luaL_dostring(lua, argv[1]);
	if (error)
		printf("error: %s\n", lua_tostring(lua, -1));
	lua_close(lua);
	return error;
}
