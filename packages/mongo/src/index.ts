export { type MongoOptions, openMongo } from "./open-mongo.ts";
