// Colours a block of code: comments, words of the language, texts and numbers; of a diff, its lines. One pass by one
// expression for each family of languages, no grammar: what it takes for another thing is shown all the same.

import { element } from "./dom.js";
import { loadStyles } from "./styles.js";

await loadStyles(new URL("../../css/code.css", import.meta.url));

const MOST = 1_000; // coloured parts of a block; the rest stays plain

const DOUBLE = String.raw`"(?:\\.|[^"\\\n])*"`;
const SINGLE = String.raw`'(?:\\.|[^'\\\n])*'`;
const BACKTICK = "`(?:\\\\.|[^`\\\\])*`";
const LETTER = String.raw`'(?:\\[^']{1,9}|[^'\\\n])'`; // one, in languages in which ' has other uses
const BLOCK = String.raw`\/\*[^]*?\*\/`;
const NUMBER = String.raw`(?<number>(?<![\w$.])(?:0[xob]\w+|\d[\d_]*(?:\.\d[\d_]*)?(?:e[+-]?\d+)?[a-z%]*))`;
const WORD = String.raw`(?<word>[\p{L}_$@][\p{L}\p{N}_$-]*)`;

const family = (comments, texts, word = WORD) =>
  new RegExp([`(?<comment>${comments.join("|")})`, `(?<string>${texts.join("|")})`, NUMBER, word].join("|"), "giu");

const NAME = String.raw`(?<word>[\p{L}_$@][\p{L}\p{N}_$]*)`;
const HASH = String.raw`(?<![\w$&{(])#.*`;
const families = {
  python: family(["#.*"], [String.raw`"""[^]*?"""`, "'''[^]*?'''", DOUBLE, SINGLE], NAME),
  shell: family([HASH], [DOUBLE, "'[^']*'"]),
  curly: family([String.raw`\/\/.*`, BLOCK], [DOUBLE, SINGLE, BACKTICK], NAME),
  letters: family([String.raw`\/\/.*`, BLOCK], [DOUBLE, LETTER, BACKTICK], NAME),
  style: family([BLOCK], [DOUBLE, SINGLE]),
  dashes: family(["--.*", BLOCK], [DOUBLE, SINGLE], NAME),
  markup: family(["<!--[^]*?-->"], [String.raw`(?<==)"[^"<>]*"`, "(?<==)'[^'<>]*'"], String.raw`(?<word>(?<=<\/?)[\w:-]+)`),
  diff: /(?<meta>^(?:@@|diff|index|---|\+\+\+).*)|(?<added>^\+.*)|(?<removed>^-.*)/gm,
};

const COMMON = "break,case,catch,class,const,continue,default,do,else,enum,false,finally,for,if,import,in,new,null,return,static,super,switch,this,throw,true,try,void,while";
const WORDS = {
  python: "and,as,assert,async,await,break,case,class,continue,def,del,elif,else,except,False,finally,for,from,global,if,import,in,is,lambda,match,None,nonlocal,not,or,pass,raise,return,self,True,try,while,with,yield",
  shell: "begin,case,def,do,done,elif,else,elsif,end,ensure,esac,exit,export,false,fi,for,function,if,in,local,module,nil,null,require,rescue,return,self,set,then,true,unless,until,while,yes,no,FROM,RUN,COPY,CMD,ENTRYPOINT,ENV,WORKDIR,ARG,EXPOSE,USER",
  curly: `${COMMON},abstract,any,as,async,await,boolean,constructor,debugger,declare,delete,echo,export,extends,final,fn,foreach,from,function,get,implements,instanceof,interface,keyof,let,namespace,never,number,object,of,package,private,protected,public,readonly,require,set,string,type,typeof,undefined,unknown,use,var,yield`,
  letters: `${COMMON},abstract,as,async,auto,await,bool,boolean,byte,chan,char,crate,defer,double,dyn,extends,extern,final,float,fn,fmt,fun,func,go,goto,impl,implements,int,interface,internal,let,long,loop,map,match,mod,module,mut,namespace,nil,override,package,private,protected,pub,public,range,ref,self,Self,short,signed,sizeof,string,struct,template,trait,type,typedef,union,unsafe,unsigned,use,using,val,var,virtual,volatile,when,where`,
  style: "important",
  dashes: "add,all,alter,and,as,asc,begin,between,by,case,commit,constraint,create,cross,default,delete,desc,distinct,drop,else,elseif,end,except,exists,false,for,foreign,from,function,group,having,if,in,index,inner,insert,intersect,into,is,join,key,left,like,limit,local,nil,not,null,offset,on,or,order,outer,primary,references,repeat,return,returning,right,rollback,select,set,table,then,true,union,unique,until,update,using,values,view,when,where,while,with",
  markup: null, // every one that follows a "<"
};

const LANGUAGES = {
  python: "python py python3",
  shell: "bash console dockerfile ini make makefile perl r rb ruby sh shell toml yaml yml zsh",
  curly: "javascript js json jsonc jsx mjs php ts tsx typescript",
  letters: "c c# c++ cpp cs csharp dart go golang h hpp java kotlin kt rs rust scala swift",
  style: "css less scss",
  dashes: "lua sql sqlite mysql postgres postgresql haskell hs",
  markup: "html svg xml",
  diff: "diff patch",
};

const words = Object.fromEntries(Object.entries(WORDS).map(([name, all]) => [name, all && new Set(all.split(","))]));
const known = new Map(Object.entries(LANGUAGES).flatMap(([name, all]) => all.split(" ").map((each) => [each, name])));

// `code`: the element whose text is the code. Of a language that is not known nothing changes.
export function colour(code, language) {
  const name = known.get(language.toLowerCase());
  if (!name) return;
  const text = code.textContent;
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(families[name])) {
    if (parts.length > 2 * MOST) break;
    const [kind, part] = Object.entries(found.groups).find(([, each]) => each !== undefined);
    if (kind === "word" && !isWord(name, part)) continue;
    parts.push(text.slice(end, found.index), element("span", kind, part));
    end = found.index + part.length;
  }
  code.replaceChildren(...parts.filter((part) => part !== ""), text.slice(end));
}

// SQL is written in capitals or not.
const isWord = (name, part) => !words[name] || words[name].has(name === "dashes" ? part.toLowerCase() : part);
